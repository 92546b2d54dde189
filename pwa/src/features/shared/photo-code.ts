/** By what a picture is found again from what is burned into it: of the photo's id, since the hash of its bytes comes only after that. */
export const photoCode = (photo: string): string => photo.replaceAll('-', '').slice(-7).toUpperCase()
