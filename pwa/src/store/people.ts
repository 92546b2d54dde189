/** Who may be signed in, as the server describes them. */

export type Role = 'inspector' | 'supervisor' | 'centre' | 'viewer' | 'admin'

export interface User {
  id: string
  username: string
  name: string
  role: Role
  scope: string
  tenant: string
  locale: string
}
