// Opens a page in Chromium, waits until it says that it is done, and prints what it shows: node browse.js URL [USER-AGENT]
'use strict';
const { chromium } = require('playwright-core');

const args = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
];

(async () => {
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args });
  try {
    const page = await browser.newPage({ ignoreHTTPSErrors: true, userAgent: process.argv[3] });
    page.on('console', (message) => console.log(`console: ${message.text()}`));
    const versions = [];
    page.on('requestfinished', async (request) => {
      if (request.url().includes('/leadgrains.v1.')) versions.push(request.response().then((response) => response.httpVersion()));
    });
    await page.goto(process.argv[2]);
    await page.waitForSelector('[data-done]', { timeout: 60000 });
    console.log(await page.locator('body').innerText());
    console.log(`called over ${[...new Set(await Promise.all(versions))]}`);
  } finally {
    await browser.close();
  }
})().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
