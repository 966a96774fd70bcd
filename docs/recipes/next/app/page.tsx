import { LoginCode } from './login-code';
import { visitorSession } from './session';

export default async function Page() {
  const { user } = await visitorSession();
  return <main>{user ? <p>Signed in as {user.name}</p> : <LoginCode />}</main>;
}
