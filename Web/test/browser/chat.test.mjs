import assert from "node:assert/strict";
import path from "node:path";
import { describe, test } from "node:test";
import { ChatPage } from "./chat.mjs";
import { complaints, flavours, noBrowser, pictures, stage } from "./support.mjs";

describe("the chat", { skip: noBrowser }, () => {
    const things = stage();
    const options = (flavour, name, room, transport = "websocket") => ({
        origin: things.server.origin, flavour, name, room, transport,
    });

    for (const transport of ["websocket", "long-polling"]) {
        for (const flavour of flavours) {
            test(`two browsers chat with ${flavour} over ${transport}`, async (t) => {
                const room = `two-${flavour}-${transport}`;
                const [one, two] = [await things.open(t), await things.open(t)];
                const ann = await ChatPage.open(one, options(flavour, "Ann", room, transport));
                assert.equal(await one.text("#connection"), `Connected · ${transport}`);
                assert.equal(await one.text("#room-name"), room);
                await ann.waitForMembers("Ann");
                const bob = await ChatPage.open(two, options(flavour, "Bob", room, transport));
                await ann.waitForLine("Bob has joined");
                await ann.waitForMembers("Ann", "Bob");
                await bob.waitForMembers("Ann", "Bob");

                await ann.say("Hello, Bob");
                await bob.say("Hello, Ann");
                const fromAnn = await bob.waitForMessage("Hello, Bob", "Ann");
                assert.equal(fromAnn.own, false);
                assert.match(fromAnn.time, /\d\d:\d\d:\d\d/);
                assert.equal((await ann.waitForMessage("Hello, Bob", "Ann")).own, true);
                await ann.waitForMessage("Hello, Ann", "Bob");
                assert.deepEqual(await ann.texts(), ["Hello, Bob", "Hello, Ann"]);

                await bob.browser.click("#leave");
                await ann.waitForLine("Bob has left");
                await ann.waitForMembers("Ann");
                await two.waitForText("#connection", "Not connected");
                for (const browser of [one, two]) {
                    assert.deepEqual(await complaints(browser), []);
                }
            });
        }

        test(`all flavours meet over ${transport}`, async (t) => {
            const room = `all-${transport}`;
            const browsers = [await things.open(t), await things.open(t)];
            const chats = [];
            for (const [index, flavour] of flavours.entries()) {
                const browser = browsers[index % 2];
                if (index > 1) {
                    await browser.use(await browser.openWindow());
                }
                const chat = await ChatPage.open(browser, options(flavour, flavour, room, transport));
                chat.window = await browser.window();
                chats.push(chat);
            }
            for (const chat of chats) {
                await chat.browser.use(chat.window);
                await chat.say(`from ${chat.flavour}`);
            }
            for (const chat of chats) {
                await chat.browser.use(chat.window);
                await chat.waitForMembers(...flavours);
                for (const flavour of flavours) {
                    assert.equal((await chat.waitForMessage(`from ${flavour}`, flavour)).own, flavour === chat.flavour);
                }
                assert.deepEqual(await complaints(chat.browser), []);
            }
        });
    }

    for (const flavour of flavours) {
        test(`private messages reach those who were chosen, with ${flavour}`, async (t) => {
            const room = `private-${flavour}`;
            const browsers = [await things.open(t), await things.open(t), await things.open(t)];
            const [ann, bob, eve] = [
                await ChatPage.open(browsers[0], options(flavour, "Ann", room)),
                await ChatPage.open(browsers[1], options(flavour, "Bob", room)),
                await ChatPage.open(browsers[2], options("plain", "Eve", room)),
            ];
            await ann.waitForMembers("Ann", "Bob", "Eve");
            await ann.tick("Bob");
            await ann.browser.waitForText("#audience", "Only to Bob.");
            await ann.say("for Bob alone");
            assert.equal((await bob.waitForMessage("for Bob alone", "Ann")).private, true);
            const own = await ann.waitForMessage("for Bob alone", "Ann");
            assert.deepEqual([own.private, own.own], [true, true]);
            await ann.tick("Bob");
            await ann.browser.waitForText("#audience", "To everyone in the room.");
            await ann.say("for all");
            assert.equal((await eve.waitForMessage("for all", "Ann")).private, false);
            assert.deepEqual(await eve.texts(), ["for all"]);
            // A member who comes does not take the tick away.
            await ann.tick("Bob");
            await browsers[2].click("#leave");
            await ann.waitForMembers("Ann", "Bob");
            await ann.browser.waitForText("#audience", "Only to Bob.");
            await pictureOf(ann, `chat-${flavour}-private`);
        });

        test(`a name that is taken is refused, and another one is not, with ${flavour}`, async (t) => {
            const room = `names-${flavour}`;
            const [one, two] = [await things.open(t), await things.open(t)];
            await ChatPage.open(one, options(flavour, "Ann", room));
            const other = await ChatPage.open(two, options(flavour, undefined, room));
            await other.ask("Ann");
            await two.waitForText("#join-error", "Somebody with this name");
            await pictureOf(other, `chat-${flavour}-refused`);
            await other.ask("Anna");
            await other.joined();
            await other.waitForMembers("Ann", "Anna");
            assert.equal(await two.text("#join-error"), "");
        });

        test(`a page that is closed leaves at once, and its user can come back with another transport, with ${flavour}`, async (t) => {
            const room = `back-${flavour}`;
            const [one, two] = [await things.open(t), await things.open(t)];
            const ann = await ChatPage.open(one, options("plain", "Ann", room));
            let bob = await ChatPage.open(two, options(flavour, "Bob", room));
            await ann.waitForMembers("Ann", "Bob");
            await two.go("about:blank");
            await ann.waitForMembers("Ann");
            bob = await ChatPage.open(two, options(flavour, "Bob", room));
            await ann.waitForMembers("Ann", "Bob");
            await two.click("#leave");
            await ann.waitForMembers("Ann");
            await bob.ask("Bob", "long-polling");
            await bob.joined();
            assert.equal(await two.text("#connection"), "Connected · long-polling");
            await bob.say("Back again");
            await ann.waitForMessage("Back again", "Bob");
        });

        test(`markup in names and messages does no harm with ${flavour}`, async (t) => {
            const room = `markup-${flavour}`;
            const [one, two] = [await things.open(t), await things.open(t)];
            const script = "<script>harm=1</script>";
            const image = "<img src=x onerror=harm=2>";
            const victim = await ChatPage.open(one, options(flavour, script, room));
            const other = await ChatPage.open(two, options(flavour, image, room));
            await victim.waitForMembers(script, image);
            const before = await countElements(one);
            const texts = [
                "<script>harm = 3</script>",
                "<img src=x onerror='harm = 4'>",
                "\"><svg onload='harm = 5'></svg>",
                "<iframe srcdoc='<script>parent.harm = 6</script>'></iframe>",
                "<a href='javascript:harm = 7'>here</a>",
                "{{constructor.constructor('harm = 8')()}}",
                "${harm = 9}",
                "&lt;b&gt;",
            ];
            for (const text of texts) {
                await other.say(text);
                await victim.waitForMessage(text, image);
            }
            await victim.tick(image);
            await one.waitForText("#audience", `Only to ${image}.`);
            await victim.say(texts[1]);
            await other.waitForMessage(texts[1], script);
            for (const browser of [one, two]) {
                assert.equal(await browser.run(() => typeof harm), "undefined", "a handler or a script has run");
                assert.deepEqual(await complaints(browser), []);
            }
            const after = await countElements(one);
            assert.deepEqual(Object.keys(after).filter((name) => after[name] > (before[name] ?? 0)).sort(),
                ["LI", "P", "SPAN", "TIME"], "elements that messages are made of");
            await pictureOf(victim, `chat-${flavour}-markup`);
        });
    }

    test("the server's filter shows", async (t) => {
        const ann = await ChatPage.open(await things.open(t), options("plain", "Ann", "filter"));
        await ann.say("Damn, this is not damned.");
        await ann.waitForMessage("****, this is not damned.");
    });

    for (const flavour of flavours) {
        test(`the longest message is shown, and the log ends with it, with ${flavour}`, async (t) => {
            const browser = await things.open(t);
            const ann = await ChatPage.open(browser, options(flavour, "Ann", `long-${flavour}`));
            assert.equal(await browser.run(() => document.querySelector("#text").maxLength), 2000);
            for (const text of ["x".repeat(2000), "y".repeat(300), "z".repeat(300)]) {
                await ann.say(text);
                await ann.waitForMessage(text);
            }
            await browser.waitFor("the end to be in sight", () => {
                const { scrollHeight, scrollTop, clientHeight } = document.querySelector("#log");
                return scrollHeight > clientHeight && scrollHeight - scrollTop - clientHeight < 2;
            });
        });
    }

    async function pictureOf(chat, name) {
        await chat.browser.resize(1200, 800);
        await chat.browser.screenshot(path.join(pictures, `${name}.png`));
        await chat.browser.design("dark");
        await chat.browser.resize(360, 740);
        await chat.browser.screenshot(path.join(pictures, `${name}-dark-phone.png`), { whole: true });
        assert.equal(await chat.browser.run(() => document.documentElement.scrollWidth), 360);
        await chat.browser.design("light");
        await chat.browser.resize(1200, 800);
    }

    /** How many elements of each name the room has. */
    async function countElements(browser) {
        return browser.run(() => {
            const counts = {};
            for (const { tagName } of document.querySelectorAll("#chat *")) {
                counts[tagName] = (counts[tagName] ?? 0) + 1;
            }
            return counts;
        });
    }
});
