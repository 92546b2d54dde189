/** Making and showing a passkey by the browser. Options and credentials travel as WebAuthn's JSON. Throws what the browser throws. */

type Json = Record<string, unknown>

export const hasPasskeys = (): boolean => typeof PublicKeyCredential === 'function' && Boolean(navigator.credentials)

export async function makePasskey(options: Json): Promise<Json> {
  const user = options['user'] as Json
  const publicKey = {
    ...options, challenge: bytes(options['challenge']), user: { ...user, id: bytes(user['id']) }, excludeCredentials: described(options['excludeCredentials']),
  } as unknown as PublicKeyCredentialCreationOptions
  const made = (await navigator.credentials.create({ publicKey })) as PublicKeyCredential
  const response = made.response as AuthenticatorAttestationResponse
  return sent(made, { attestationObject: text(response.attestationObject), clientDataJSON: text(response.clientDataJSON) })
}

export async function showPasskey(options: Json): Promise<Json> {
  const publicKey = { ...options, challenge: bytes(options['challenge']), allowCredentials: described(options['allowCredentials']) } as unknown as PublicKeyCredentialRequestOptions
  const shown = (await navigator.credentials.get({ publicKey })) as PublicKeyCredential
  const response = shown.response as AuthenticatorAssertionResponse
  return sent(shown, { authenticatorData: text(response.authenticatorData), clientDataJSON: text(response.clientDataJSON), signature: text(response.signature) })
}

const sent = (one: PublicKeyCredential, response: Json): Json => ({ id: one.id, rawId: text(one.rawId), type: one.type, response })

const described = (list: unknown): Json[] => ((list ?? []) as Json[]).map((one) => ({ ...one, id: bytes(one['id']) }))

function bytes(given: unknown): Uint8Array {
  const plain = String(given).replace(/-/g, '+').replace(/_/g, '/')
  return Uint8Array.from(atob(plain), (letter) => letter.charCodeAt(0))
}

function text(given: ArrayBuffer): string {
  return btoa(String.fromCharCode(...new Uint8Array(given))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')
}
