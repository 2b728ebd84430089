import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setTimeout as pass } from "node:timers/promises";
import { ChatPage } from "./chat.mjs";
import { complaints, noBrowser, stage } from "./support.mjs";

/*
 * Chromium lets a page that nobody sees run its timers once a second, and after five minutes once a minute, with
 * exceptions. chromedriver switches that off unless it is told not to; and the five minutes are not waited for: the
 * script below does the same at once.
 */
const throttled = {
    without: ["disable-background-timer-throttling", "disable-renderer-backgrounding", "disable-backgrounding-occluded-windows"],
};

const onceAMinute = `
    const setTimer = window.setTimeout;
    window.setTimeout = (callback, delay, ...values) =>
        setTimer(callback, document.visibilityState === "hidden" ? Math.max(delay ?? 0, 60_000) : delay, ...values);
`;

/** How long a page is hidden, in milliseconds: twice as long as the server waits for a connect. */
const hiddenFor = 12_000;

describe("a tab in the background", { skip: noBrowser }, () => {
    // A connect each second, and a wait of a second between two of them, for which the client needs a timer.
    const things = stage("--timeout", "1s", "--interval", "1s", "--max-interval", "5s");

    for (const transport of ["websocket", "long-polling"]) {
        test(`stays connected over ${transport}, though its own timers stand still`, async (t) => {
            const [one, two] = [await things.open(t, throttled), await things.open(t)];
            await one.cdp("Page.addScriptToEvaluateOnNewDocument", { source: onceAMinute });
            const { origin } = things.server;
            const room = `hidden-${transport}`;
            const bob = await ChatPage.open(one, { origin, flavour: "plain", name: "Bob", room, transport });
            const ann = await ChatPage.open(two, { origin, flavour: "plain", name: "Ann", room });
            await ann.waitForMembers("Ann", "Bob");
            await one.run(() => {
                window.ticks = [];
                const tick = () => {
                    window.ticks.push(Date.now());
                    setTimeout(tick, 250);
                };
                tick();
            });

            await one.minimize();
            await one.waitFor("the page to be hidden", () => document.visibilityState === "hidden");
            // It is time that is tried here. Nothing is asked of the page meanwhile, lest that wake it.
            await pass(hiddenFor);
            // Its ordinary timers have stood still, where one should have come four times a second.
            const still = await one.run(() => Date.now() - window.ticks.at(-1));
            assert.ok(still > 5000, `the last timer was ${still} ms ago`);
            // A session that did not connect any more would be over by now.
            await ann.say("Are you there?");
            await bob.waitForMessage("Are you there?", "Ann");
            assert.equal(await one.text("#connection"), `Connected · ${transport}`);
            assert.equal(await one.run(() => document.visibilityState), "hidden");
            assert.equal((await bob.messages()).filter(({ line }) => line?.includes("forgotten")).length, 0);
            await ann.waitForMembers("Ann", "Bob");
            assert.deepEqual(await complaints(one), []);
        });
    }

    test("needs the worker's timers for that", async (t) => {
        const browser = await things.open(t, throttled);
        await browser.cdp("Page.addScriptToEvaluateOnNewDocument", { source: onceAMinute });
        await browser.go(things.page("demos/echo/"));
        await browser.waitForText("#connection", "Connected");
        await browser.run(async () => {
            const { CometD } = await import("/js/esm/cometd.js");
            window.connects = {};
            for (const useWorkerScheduler of [true, false]) {
                const cometd = new CometD();
                connects[useWorkerScheduler] = 0;
                cometd.addListener("/meta/connect", ({ successful }) => {
                    connects[useWorkerScheduler] += successful ? 1 : 0;
                });
                cometd.configure({ url: location.origin + cometdDemo.path, useWorkerScheduler });
                await cometd.promises.handshake();
            }
        });
        await browser.waitFor("both to connect", () => connects.true > 1 && connects.false > 1);
        await browser.minimize();
        await browser.waitFor("the page to be hidden", () => document.visibilityState === "hidden");
        const before = await browser.run(() => ({ ...connects }));
        await pass(hiddenFor);
        const after = await browser.run(() => connects);
        const counts = [after.true - before.true, after.false - before.false];
        t.diagnostic(`connects in ${hiddenFor} ms: ${counts[0]} with the worker, ${counts[1]} without`);
        assert.ok(counts[0] >= 4, `with the worker there were ${counts[0]} connects`);
        assert.ok(counts[1] <= 2, `without it there were ${counts[1]}`);
    });
});
