// Takes LeadGrains' webhooks and writes stage and score to a CRM: see ../crm.md. Node 20 or later, and
// `npm install standardwebhooks`. Everything it needs is in the environment:
//   WEBHOOK_SECRET                      from `leadgrains webhooks create`
//   PORT                                where to listen; 8090 without it
//   LEADGRAINS_URL, LEADGRAINS_KEY      the HTTP address, and a key with the scope `read` (none on the same machine)
//   CRM                                 hubspot or salesforce
//   HUBSPOT_TOKEN, HUBSPOT_URL          a private app's token; https://api.hubapi.com without an URL
//   SALESFORCE_URL, SALESFORCE_TOKEN    https://MYDOMAIN.my.salesforce.com, and an access token
const http = require('node:http');
const { Webhook } = require('standardwebhooks');

const env = process.env;
const webhook = new Webhook(env.WEBHOOK_SECRET);

async function call(method, url, token, body) {
  const response = await fetch(url, {
    method,
    headers: { ...(token && { authorization: `Bearer ${token}` }), ...(body && { 'content-type': 'application/json' }) },
    body: body && JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  });
  if (!response.ok) throw new Error(`${method} ${new URL(url).pathname} answered ${response.status}`);
  return response.status === 204 ? null : response.json();
}

const known = async (kind, id) =>
  (await call('GET', `${env.LEADGRAINS_URL}/v1/${kind}s/${encodeURIComponent(id)}`, env.LEADGRAINS_KEY))[kind];

// HubSpot: contacts by their e-mail address, companies by a property of ours that is unique. The properties are made once.
async function hubspot(change) {
  const properties = {
    leadgrains_stage: change.score.stage,
    leadgrains_grade: change.score.grade,
    leadgrains_total: String(Math.round(change.score.total * 10) / 10),
    leadgrains_reason: change.stage?.reason ?? Object.keys(change).find(key => key === 'surge' || key === 'wakeUp'),
  };
  const upsert = (objects, idProperty, id, more) =>
    call('POST', `${env.HUBSPOT_URL ?? 'https://api.hubapi.com'}/crm/v3/objects/${objects}/batch/upsert`, env.HUBSPOT_TOKEN,
      { inputs: [{ idProperty, id, properties: { ...properties, ...more } }] });
  if (!change.contactId) {
    return upsert('companies', 'leadgrains_account_id', change.accountId, { name: change.accountName, leadgrains_account_id: change.accountId });
  }
  const contact = await known('contact', change.contactId);
  // Nobody without an address is in HubSpot.
  return contact.email ? upsert('contacts', 'email', contact.email, {}) : null;
}

// Salesforce: by a field of ours that is marked External ID; a record that is not there is made. A contact needs a last
// name.
async function salesforce(change) {
  const fields = {
    LeadGrains_Stage__c: change.score.stage,
    LeadGrains_Grade__c: change.score.grade,
    LeadGrains_Total__c: Math.round(change.score.total * 10) / 10,
  };
  const upsert = (object, id, more) =>
    call('PATCH', `${env.SALESFORCE_URL}/services/data/v62.0/sobjects/${object}/LeadGrains_Id__c/${encodeURIComponent(id)}`, env.SALESFORCE_TOKEN,
      { ...fields, ...more });
  if (!change.contactId) return upsert('Account', change.accountId, { Name: change.accountName });
  const contact = await known('contact', change.contactId);
  return upsert('Contact', change.contactId, { Email: contact.email || null, LastName: contact.traits?.last_name ?? contact.email ?? change.contactId });
}

const crms = { hubspot, salesforce };
const forward = crms[env.CRM];
if (!forward) throw new Error('CRM must be hubspot or salesforce');

const server = http.createServer((request, response) => {
  const parts = [];
  request.on('data', part => parts.push(part));
  request.on('end', async () => {
    let message;
    try {
      message = webhook.verify(Buffer.concat(parts), request.headers);
    } catch {
      response.writeHead(401).end();
      return;
    }
    try {
      // What an older version recorded has no score.
      if (message.type !== 'webhook.test' && message.data.score) await forward(message.data);
      response.writeHead(204).end();
    } catch (error) {
      // LeadGrains posts it again later, and nothing of this contact or account before it.
      console.error(`${request.headers['webhook-id']}: ${error.message}`);
      response.writeHead(502).end();
    }
  });
});
server.listen(Number(env.PORT ?? 8090), '127.0.0.1', () => console.log(`listening ${server.address().port}`));
