// One journey through an SDK as it is: a visit before anybody is known, then who it was, whose company, what they asked for,
// and which other id was theirs. node journey.js SDK SERVER; node journey.js stream-SDK SERVER COUNT
'use strict';

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
const [sdk, server, count] = process.argv.slice(2);
const [user, anonymous, old, account] = ['ada', 'anon', 'old', 'acme'].map((name) => `${sdk}-${name}`);
const page = { url: 'https://shop.example/pricing?utm_source=x', path: '/pricing', title: 'Pricing' };
const traits = { email: `ada@${sdk}.example`, title: 'VP Sales' };
const company = { name: `Acme of ${sdk}`, industry: 'software', employees: 420 };

const journeys = {
  async segment() {
    const { Analytics } = require('@segment/analytics-node');
    const analytics = new Analytics({ writeKey: 'wk', host: server, flushAt: 2, flushInterval: 100 });
    analytics.on('error', (error) => console.log(`gave up: ${error.code}`));
    analytics.page({ anonymousId: anonymous, name: 'Pricing', properties: page });
    analytics.track({ anonymousId: old, event: 'Webinar Registered' });
    await pause(300);
    analytics.group({ anonymousId: anonymous, groupId: account, traits: company });
    analytics.identify({ userId: user, anonymousId: anonymous, traits });
    analytics.track({ userId: user, event: 'Demo Requested', properties: { seats: 25, nested: { a: [1, 'x'] } } });
    await pause(300);
    analytics.alias({ userId: user, previousId: old });
    await analytics.closeAndFlush({ timeout: 60000 });
  },

  async rudderstack() {
    const Analytics = require('@rudderstack/rudder-sdk-node');
    const analytics = new Analytics('wk', { dataPlaneUrl: server, flushAt: 2, flushInterval: 100 });
    const sent = [];
    const call = (method, message) => sent.push(new Promise((done) => analytics[method](message, (error) => {
      if (error) console.log(`gave up: ${error}`);
      done();
    })));
    call('page', { anonymousId: anonymous, name: 'Pricing', properties: page });
    call('track', { anonymousId: old, event: 'Webinar Registered' });
    await Promise.all(sent);
    call('group', { anonymousId: anonymous, groupId: account, traits: company });
    call('identify', { userId: user, anonymousId: anonymous, traits });
    call('track', { userId: user, event: 'Demo Requested', properties: { seats: 25, nested: { a: [1, 'x'] } } });
    await Promise.all(sent);
    call('alias', { userId: user, previousId: old });
    await Promise.all(sent);
  },

  async jitsu() {
    const { jitsuAnalytics } = require('@jitsu/js');
    const visitor = () => jitsuAnalytics({ host: server, writeKey: 'key:secret', s2s: true });
    const analytics = visitor();
    await analytics.setAnonymousId(anonymous);
    await analytics.page({ ...page, name: 'Pricing' });
    await analytics.track('Webinar Registered');
    await analytics.identify(user, traits);
    await analytics.group(account, company);
    await analytics.track('Demo Requested', { seats: 25, nested: { a: [1, 'x'] } });
  },

  async cloudevents() {
    const { CloudEvent, Mode, emitterFor, httpTransport } = require('cloudevents');
    const url = `${server}/v1/cloudevents`;
    const [structured, binary] = [Mode.STRUCTURED, Mode.BINARY].map((mode) => emitterFor(httpTransport(url), { mode }));
    const event = (id, type, data, more) => new CloudEvent({ id, source: '/website', type: `com.acme.${type}`, subject: user, accountid: account, data, ...more });
    const say = async (answer) => console.log(`answered: ${JSON.stringify((await answer).body)}`);
    await say(structured(event('1', 'page_viewed', page)));
    await say(binary(event('2', 'demo_requested', { seats: 25, nested: { a: [1, 'x'] } }, { region: 'Zürich' })));
    const batch = [event('3', 'webinar_registered', {}), event('4', 'contact_updated', traits), event('5', 'account_updated', company, { subject: account })];
    const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/cloudevents-batch+json' }, body: JSON.stringify(batch) });
    if (answer.status !== 200) console.log(`gave up: ${answer.status}`);
  },

  async 'stream-segment'() {
    const { Analytics } = require('@segment/analytics-node');
    const analytics = new Analytics({ writeKey: 'wk', host: server, flushAt: 5, flushInterval: 100 });
    analytics.on('error', (error) => console.log(`gave up: ${error.code}`));
    for (let number = 0; number < Number(count); number++) {
      analytics.track({ userId: user, event: 'Product Used', properties: { number } });
      await pause(10);
    }
    await analytics.closeAndFlush({ timeout: 90000 });
  },

  async 'stream-rudderstack'() {
    const Analytics = require('@rudderstack/rudder-sdk-node');
    const analytics = new Analytics('wk', { dataPlaneUrl: server, flushAt: 5, flushInterval: 100 });
    // What the SDK has given up it tells the callback, and nobody besides.
    process.on('unhandledRejection', (error) => console.log(`not caught by the SDK: ${error.code}`));
    const sent = [];
    for (let number = 0; number < Number(count); number++) {
      sent.push(new Promise((done) => analytics.track({ userId: user, event: 'Product Used', properties: { number } }, (error) => {
        if (error) console.log(`gave up: ${error}`);
        done();
      })));
      await pause(10);
    }
    await Promise.all(sent);
  },
};

journeys[sdk]().then(() => {
  console.log('done');
  process.exit();
}).catch((error) => {
  console.error(error);
  process.exit(1);
});
