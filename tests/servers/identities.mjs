// An identity provider (OpenID Connect) on npm's oidc-provider, for tests. Its keys are made when it starts.
// Usage: node identities.mjs PORT FOLDER; FOLDER/people.json: {login: {password, name, groups, unit, amr}}, FOLDER/clients.json
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import Provider from 'oidc-provider';

const [port, folder] = process.argv.slice(2);
const read = (name) => JSON.parse(readFileSync(`${folder}/${name}.json`, 'utf8'));
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const known = ['preferred_username', 'name', 'groups', 'unit'];

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: read('clients'),
  jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: randomUUID() }] },
  cookies: { keys: [randomUUID()] },
  claims: { openid: ['sub', 'amr'], profile: known },
  conformIdTokenClaims: false,
  pkce: { required: () => true },
  // A client of this name gets tokens that are over at once.
  ttl: { IdToken: (ctx, token, client) => (client.clientId === 'brief' ? 1 : 600), Session: 600, Interaction: 600, Grant: 600, AuthorizationCode: 60, AccessToken: 600 },
  features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: true } },
  interactions: { url: (ctx, interaction) => `/sign-in/${interaction.uid}` },
  findAccount: (ctx, login) => {
    const { name, groups, unit } = read('people')[login];
    return { accountId: login, claims: () => ({ sub: login, preferred_username: login, name, groups, unit }) };
  },
  // Everybody has agreed to what our own client asks.
  loadExistingGrant: async (ctx) => {
    const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
    grant.addOIDCScope('openid profile');
    await grant.save();
    return grant;
  },
});

async function signIn(request, response) {
  if (request.method === 'GET') {
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.end('<form method="post"><input name="login"><input name="password" type="password"><button>Sign in</button></form>');
    return;
  }
  let body = '';
  for await (const chunk of request) body += chunk;
  const said = new URLSearchParams(body);
  const person = read('people')[said.get('login')];
  const right = person && person.password === said.get('password');
  const result = right ? { login: { accountId: said.get('login'), amr: person.amr } } : { error: 'access_denied' };
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

const answer = provider.callback();
http.createServer((request, response) => (request.url.startsWith('/sign-in/') ? signIn(request, response) : answer(request, response)))
  .listen(Number(port), '127.0.0.1');
