import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ChatPage } from "./chat.mjs";
import { startServer } from "../support/server.mjs";
import { Network } from "./network.mjs";
import { complaints, flavours, noBrowser, stage } from "./support.mjs";

describe("a network that fails", { skip: noBrowser }, () => {
    const things = stage();

    async function open(t) {
        const network = await Network.to(things.server.origin);
        t.after(() => network.close());
        return network;
    }

    for (const transport of ["websocket", "long-polling"]) {
        for (const flavour of flavours) {
            test(`loses nothing that was said meanwhile, with ${flavour} over ${transport}`, async (t) => {
                const room = `cut-${flavour}-${transport}`;
                const network = await open(t);
                const [one, two] = [await things.open(t), await things.open(t)];
                const ann = await ChatPage.open(one, { origin: things.server.origin, flavour: "plain", name: "Ann", room, transport });
                const bob = await ChatPage.open(two, { origin: network.origin, flavour, name: "Bob", room, transport });
                await ann.waitForMembers("Ann", "Bob");
                await ann.say("before");
                await bob.waitForMessage("before");

                network.cut();
                for (const text of ["one", "two", "three"]) {
                    await ann.say(text);
                }
                await two.waitForText("#connection", "No connection");
                await ann.say("four");
                assert.deepEqual(await bob.texts(), ["before"]);
                network.mend();
                await bob.waitForMessage("four");
                assert.deepEqual(await bob.texts(), ["before", "one", "two", "three", "four"]);
                await two.waitForText("#connection", `Connected · ${transport}`);
                await bob.say("back");
                await ann.waitForMessage("back", "Bob");
                // Still the session of before: nobody has come or gone.
                const lines = (await ann.messages()).filter(({ line }) => line?.startsWith("Bob"));
                assert.equal(lines.length, 1);
            });
        }
    }

    test("can be the browser's own, which goes offline", async (t) => {
        const [one, two] = [await things.open(t), await things.open(t)];
        const { origin } = things.server;
        const transport = "long-polling";
        const ann = await ChatPage.open(one, { origin, flavour: "plain", name: "Ann", room: "offline", transport });
        const bob = await ChatPage.open(two, { origin, flavour: "plain", name: "Bob", room: "offline", transport });
        await ann.waitForMembers("Ann", "Bob");
        await two.offline(true);
        await ann.say("missed");
        await two.waitForText("#connection", "No connection");
        await two.offline(false);
        await bob.waitForMessage("missed", "Ann");
        assert.deepEqual(await bob.texts(), ["missed"]);
    });
});

describe("a session that the server has forgotten", { skip: noBrowser }, () => {
    const things = stage("--max-interval", "1500ms");

    for (const flavour of flavours) {
        test(`is followed by another one, which is in the room again, with ${flavour}`, async (t) => {
            const room = `again-${flavour}`;
            const network = await Network.to(things.server.origin);
            t.after(() => network.close());
            const [one, two] = [await things.open(t), await things.open(t)];
            const ann = await ChatPage.open(one, { origin: things.server.origin, flavour: "plain", name: "Ann", room });
            // With long-polling the server knows at once that nobody polls any more.
            const bob = await ChatPage.open(two, { origin: network.origin, flavour, name: "Bob", room, transport: "long-polling" });
            await ann.waitForMembers("Ann", "Bob");
            await bob.say("before");
            network.cut();
            // The server's connection ends too, so that it waits for Bob, and not for long.
            network.forget();
            await ann.waitForLine("Bob has left");
            await ann.waitForMembers("Ann");
            network.mend();
            await ann.waitForMembers("Ann", "Bob");
            await bob.waitForLine("The server has forgotten this session");
            await bob.joined();
            await bob.say("after");
            await ann.waitForMessage("after", "Bob");
            await ann.say("welcome");
            await bob.waitForMessage("welcome", "Ann");
        });
    }
});

describe("a server that is not there", { skip: noBrowser }, () => {
    const things = stage();

    for (const flavour of flavours) {
        test(`is told of by ${flavour}, which can be tried again`, async (t) => {
            const network = await Network.to(things.server.origin);
            t.after(() => network.close());
            const browser = await things.open(t);
            const chat = await ChatPage.open(browser, { origin: network.origin, flavour, room: `gone-${flavour}` });
            network.cut();
            await chat.ask("Ann");
            await browser.waitForText("#join-error", "The server cannot be reached");
            network.mend();
            await chat.ask("Ann");
            await chat.joined();
            await chat.waitForMembers("Ann");
        });
    }

    test("and is another one when it is back", async (t) => {
        const browser = await things.open(t);
        let server = await startServer("--demo");
        t.after(() => server.stop());
        const network = await Network.to(server.origin);
        t.after(() => network.close());
        const chat = await ChatPage.open(browser, { origin: network.origin, flavour: "plain", name: "Ann", room: "restart" });
        await server.stop();
        await browser.waitForText("#connection", "No connection");
        server = await startServer("--demo");
        network.leadTo(server.origin);
        await chat.waitForLine("The server has forgotten this session");
        await chat.joined();
        await chat.say("on the new one");
        await chat.waitForMessage("on the new one", "Ann");
        assert.deepEqual((await complaints(browser)).filter((one) => !/ERR_|WebSocket connection/.test(one)), []);
    });
});
