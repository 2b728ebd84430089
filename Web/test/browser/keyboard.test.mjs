import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ChatPage } from "./chat.mjs";
import { Key } from "./driver.mjs";
import { demos, flavours, noBrowser, stage } from "./support.mjs";

describe("the keyboard alone", { skip: noBrowser }, () => {
    const things = stage();

    for (const flavour of flavours) {
        test(`is enough to chat with ${flavour}`, async (t) => {
            const room = `keys-${flavour}`;
            const { origin } = things.server;
            const [one, two] = [await things.open(t), await things.open(t)];
            const bob = await ChatPage.open(two, { origin, flavour: "plain", name: "Bob", room });
            const ann = await ChatPage.open(one, { origin, flavour, room });
            ann.name = "Ann";

            await tabTo(one, "#name");
            await one.press("Ann");
            await tabTo(one, "#room");
            // Arriving by Tab selects what is in there.
            await one.press(room);
            await tabTo(one, "#transport");
            await tabTo(one, "#join-button");
            assert.ok(await hasVisibleFocus(one));
            await one.press(Key.enter);
            await ann.joined();

            // The focus waits in the message field.
            await one.waitFor("the focus", () => document.activeElement.id === "text");
            await one.press(`Hello from the keys${Key.enter}`);
            await bob.waitForMessage("Hello from the keys", "Ann");
            await one.waitFor("the field to be empty", () => document.activeElement.value === "");

            await tabTo(one, "#members input");
            assert.ok(await hasVisibleFocus(one));
            await one.press(Key.space);
            await one.waitForText("#audience", "Only to Bob.");
            await tabTo(one, "#text", { back: true });
            await one.press(`For you alone${Key.enter}`);
            assert.equal((await bob.waitForMessage("For you alone", "Ann")).private, true);

            // The messages can be scrolled.
            await tabTo(one, "#log", { back: true });
            assert.ok(await hasVisibleFocus(one));

            await tabTo(one, "#leave");
            await one.press(Key.space);
            await bob.waitForMembers("Bob");
            await one.waitFor("the focus", () => document.activeElement.id === "name");
        });
    }

    for (const page of demos) {
        test(`reaches everything on ${page || "the start page"}`, async (t) => {
            const browser = await things.open(t);
            await browser.go(things.page(page));
            await browser.waitForText("#connection", "Connected");
            await browser.press(Key.tab);
            assert.equal(await browser.run(() => document.activeElement.className), "skip");
            const wanted = await browser.run(() => {
                const controls = document.querySelectorAll("a[href], button, input, select, [tabindex='0']");
                return [...controls].filter((one) => !one.disabled && one.checkVisibility()).length;
            });
            const seen = new Set();
            for (let count = 0; count < wanted * 4; count++) {
                const { mark, isSeen } = await browser.run(focused);
                if (mark !== "none") {
                    assert.ok(isSeen, `the focus on ${mark}`);
                    seen.add(mark);
                }
                await browser.press(Key.tab);
            }
            assert.equal(seen.size, wanted, [...seen].join("\n"));
        });
    }

    test("works the pages' buttons", async (t) => {
        const browser = await things.open(t);
        await browser.go(things.page("demos/echo/"));
        await browser.waitForText("#connection", "Connected");
        await tabTo(browser, "#text");
        await browser.press(Key.enter);
        await browser.waitForText("#answers td:nth-child(2)", "Hello, server");
        await tabTo(browser, "#fail");
        await browser.press(Key.enter);
        await browser.waitForText("#answers .failed td:nth-child(2)", "Failed");
    });

    /** Presses Tab until an element has the focus. */
    async function tabTo(browser, selector, { back = false } = {}) {
        for (let presses = 0; presses < 40; presses++) {
            await browser.press(Key.tab, { shift: back });
            if (await browser.run((one) => document.activeElement?.matches(one), selector)) {
                return;
            }
        }
        assert.fail(`Tab does not lead to ${selector}`);
    }

    async function hasVisibleFocus(browser) {
        return (await browser.run(focused)).isSeen;
    }
});

/** What has the focus, and whether one sees that. */
function focused() {
    const element = document.activeElement;
    if (!element || element === document.body) {
        return { mark: "none", isSeen: false };
    }
    element.dataset.focusMark ??= String(document.querySelectorAll("[data-focus-mark]").length + 1);
    const mark = `${element.dataset.focusMark}: ${element.tagName} ${element.id} ${element.textContent.trim().slice(0, 20)}`;
    // The outline may be on what stands for the element: the card of a link, the label of a file field.
    const drawn = [
        getComputedStyle(element),
        getComputedStyle(element, "::after"),
        ...[element.previousElementSibling].filter(Boolean).map((one) => getComputedStyle(one)),
    ];
    return { mark, isSeen: drawn.some(({ outlineStyle, outlineWidth }) => outlineStyle !== "none" && parseFloat(outlineWidth) >= 2) };
}
