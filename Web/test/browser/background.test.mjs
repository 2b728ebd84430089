import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ChatPage } from "./chat.mjs";
import { until } from "./driver.mjs";
import { complaints, noBrowser, stage } from "./support.mjs";

/*
 * Chromium lets a page that nobody sees run its timers once a second, and after a while once a minute: after ten
 * seconds here, so that the test need not wait for minutes.
 */
const impatient = ["--enable-features=IntensiveWakeUpThrottling:grace_period_seconds/1"];

describe("a tab in the background", { skip: noBrowser }, () => {
    // A connect each second, and a wait of a second between two of them, for which the client needs a timer.
    const things = stage("--timeout", "1s", "--interval", "1s", "--max-interval", "5s");

    for (const transport of ["websocket", "long-polling"]) {
        test(`stays connected over ${transport}, though its own timers stand still`, async (t) => {
            const [one, two] = [await things.open(t, { arguments: impatient }), await things.open(t)];
            const { origin } = things.server;
            const room = `hidden-${transport}`;
            const bob = await ChatPage.open(one, { origin, flavour: "plain", name: "Bob", room, transport });
            const ann = await ChatPage.open(two, { origin, flavour: "plain", name: "Ann", room });
            await ann.waitForMembers("Ann", "Bob");
            const hidden = await one.window();
            await one.run(() => {
                window.ticks = [];
                const tick = () => {
                    window.ticks.push(Date.now());
                    setTimeout(tick, 250);
                };
                tick();
            });

            // Another tab is in front.
            await one.openWindow();
            await one.use(hidden);
            await one.waitFor("the page to be hidden", () => document.visibilityState === "hidden");
            // Its ordinary timers stand still now: none for five seconds, where one comes four times a second.
            await until("the timers to stand still", () => one.run(() => Date.now() - window.ticks.at(-1) > 5000), 60_000);
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
});
