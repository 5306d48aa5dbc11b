// A real OpenID provider (oidc-provider, certified by the OpenID Foundation), for one client, on a free port of this machine:
// node openid_provider.mjs PORT CLIENT. Its own pages take any name and password; a name says which groups it is in.
import Provider from "oidc-provider";

const [port, client] = process.argv.slice(2);
const people = JSON.parse(process.env.PEOPLE);
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [JSON.parse(client)],
  claims: { openid: ["sub"], profile: ["name", "groups"] },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...people[id] }) }),
  pkce: { required: () => true },
  cookies: { keys: ["of the tests alone"] },
  ttl: { AccessToken: 600, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
});
provider.listen(Number(port), "127.0.0.1", () => console.log("listening"));
