import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, test } from "node:test";
import { until } from "./driver.mjs";
import { complaints, noBrowser, pictures, stage } from "./support.mjs";

describe("the demos", { skip: noBrowser }, () => {
    // The two sessions of one page poll at the same time, rather than one of them every other second.
    const things = stage("--max-sessions-per-browser", "2");

    async function show(t, page, transport = "websocket") {
        const browser = await things.open(t);
        await browser.go(things.page(`${page}?transport=${transport}`));
        await browser.waitForText("#connection", `Connected · ${transport}`);
        return browser;
    }

    async function pictureOf(browser, name) {
        await browser.resize(1200, 800);
        await browser.screenshot(path.join(pictures, `${name}.png`), { whole: true });
        await browser.design("dark");
        await browser.resize(360, 740);
        await browser.screenshot(path.join(pictures, `${name}-dark-phone.png`), { whole: true });
        assert.equal(await browser.run(() => document.documentElement.scrollWidth), 360);
        await browser.design("light");
        await browser.resize(1200, 800);
    }

    const number = async (browser, selector) => Number(await browser.text(selector));

    for (const transport of ["websocket", "long-polling"]) {
        test(`echo: a service, calls, a failing and a late one over ${transport}`, async (t) => {
            const browser = await show(t, "demos/echo/", transport);
            const markup = "<img src=x onerror=harm=1>";
            await browser.type("#text", markup);
            await browser.click("#service");
            await browser.waitForText("#answers tr:first-child td:nth-child(2)", markup);
            assert.equal(await browser.text("#answers tr:first-child code"), "/service/echo");
            await browser.click("#call");
            await browser.waitFor("the call's answer", () => document.querySelectorAll("#answers .good").length === 2);
            await browser.click("#fail");
            await browser.waitForText("#answers .failed td:nth-child(2)", "Failed: ");
            await browser.click("#late");
            await browser.waitForText("#answers tr:first-child td:nth-child(2)", "406::timeout");
            assert.match(await browser.text("#answers tr:first-child td:nth-child(3)"), /^2\d\d\d\.\d ms$/);
            await browser.click("#series");
            await browser.waitForText("#count", /^22$/);
            await browser.waitForText("#median", /^\d+\.\d ms$/);
            assert.equal(await browser.run(() => document.querySelectorAll("#chart rect").length), 22);
            assert.equal(await browser.run(() => typeof harm), "undefined");
            await pictureOf(browser, `echo-used-${transport}`);
            assert.deepEqual(await complaints(browser), []);
        });

        test(`ack: with the extension nothing is missing after the network was cut, over ${transport}`, async (t) => {
            const browser = await show(t, "demos/ack/", transport);
            await browser.waitFor("both to count", () => ["with", "without"].every((side) =>
                Number(document.querySelector(`#${side} .received`).textContent) > 2));
            await browser.waitFor("the button", () => !document.querySelector("#cut-button").disabled);
            await browser.choose("#seconds", "3");
            await browser.click("#cut-button");
            await browser.waitForText("#network", "The network is cut.");
            await browser.waitForText("#connection", "No connection");
            await pictureOf(browser, `ack-cut-${transport}`);
            await browser.waitForText("#network", "works again");
            await browser.waitForText("#connection-with", "Connected");
            await browser.waitForText("#connection-without", "Connected");
            const last = await number(browser, "#without .last");
            await browser.waitFor("both to have gone on", (least) => ["with", "without"].every((side) =>
                Number(document.querySelector(`#${side} .last`).textContent) > least), last);
            assert.equal(await number(browser, "#with .missing"), 0);
            assert.ok(await number(browser, "#without .missing") > 0, "something has to be missing without the extension");
            assert.equal(await number(browser, "#with .sessions"), 1);
            assert.equal(await number(browser, "#without .sessions"), 1);
            await pictureOf(browser, `ack-mended-${transport}`);
            assert.deepEqual(await complaints(browser), []);
        });

        test(`reload: the session goes on in the page that is loaded anew, over ${transport}`, async (t) => {
            const browser = await show(t, "demos/reload/", transport);
            await browser.waitForText("#verdict", "A new session.");
            await browser.waitFor("messages", () => Number(document.querySelector("#messages").textContent) >= 3);
            const client = await browser.text("#client");
            const before = await number(browser, "#messages");
            for (const loads of [2, 3]) {
                await browser.click("#reload");
                await browser.waitFor(`load ${loads}`, (wanted) => document.querySelector("#loads").textContent === String(wanted), loads);
                await browser.waitForText("#verdict", "The same session");
                await browser.waitFor("messages", () => Number(document.querySelector("#since").textContent) >= 3);
                assert.equal(await browser.text("#client"), client);
                assert.equal(await number(browser, "#missing"), 0);
            }
            assert.ok(await number(browser, "#messages") > before + 5);
            await pictureOf(browser, `reload-used-${transport}`);
            await browser.click("#fresh");
            await browser.waitForText("#verdict", "A new session.");
            assert.notEqual(await browser.text("#client"), client);
            assert.deepEqual(await complaints(browser), []);
        });

        test(`clock: shows the server's time and rings at it, over ${transport}`, async (t) => {
            const browser = await show(t, "demos/clock/", transport);
            await browser.waitForText("#offset", /^-?\d+(\.\d)? ms$/);
            assert.ok(Math.abs(parseFloat(await browser.text("#offset"))) < 1000, "it is the same clock");
            assert.ok(await number(browser, "#number") >= 1);
            await browser.click("#check");
            await browser.waitForText("#called", /^Offset -?\d/);
            await browser.click("#soon");
            await browser.waitForText("#alarms li", "waiting");
            await browser.waitForText("#alarms .rang", /^rang, \d/);
            await browser.waitForText("#rang", "rings");
            await pictureOf(browser, `clock-rang-${transport}`);
            assert.deepEqual(await complaints(browser), []);
        });

        test(`files: a file goes from one browser to another over ${transport}`, async (t) => {
            const folder = await mkdtemp(path.join(tmpdir(), "cometd-files-"));
            t.after(() => rm(folder, { recursive: true, force: true }));
            const [one, two] = [await show(t, "demos/files/", transport), await show(t, "demos/files/", transport)];
            await until("the subscriptions", async () =>
                (await Promise.all([one, two].map((browser) => browser.run(() => !document.querySelector("#file").disabled)))).every(Boolean));
            // Pieces of the largest size and a rest.
            const bytes = Buffer.from(Array.from({ length: 300_001 }, (_, index) => (index * 7919) >> 3 & 255));
            const name = "<img src=x onerror=harm=1>.bin";
            await writeFile(path.join(folder, name), bytes);
            await one.upload("#file", path.join(folder, name));
            await one.waitForText("#sent .state", "Sent in");
            await two.waitForText("#received .state", "Arrived");
            assert.equal(await two.text("#received .name"), name);
            const arrived = await two.run(async () => {
                const link = document.querySelector("#received a");
                // The policy of the page does not let it fetch a blob, so it is read as a download would be.
                return { name: link.download, isBlob: link.href.startsWith("blob:") };
            });
            assert.deepEqual(arrived, { name, isBlob: true });
            await two.cdp("Browser.setDownloadBehavior", { behavior: "allow", downloadPath: path.join(folder) });
            await rm(path.join(folder, name));
            await two.click("#received a");
            const saved = await until("the download", async () => {
                const names = await readdir(folder);
                return names.length === 1 && !names[0].endsWith(".crdownload") && names[0];
            });
            const content = await until("all of the file", async () => {
                const read = await readFile(path.join(folder, saved));
                return read.length === bytes.length && read;
            });
            assert.equal(hash(content), hash(bytes));
            assert.equal(await one.run(() => document.querySelector("#received").childElementCount), 0);
            assert.equal(await two.run(() => typeof harm), "undefined");
            await pictureOf(two, `files-received-${transport}`);
            for (const browser of [one, two]) {
                assert.deepEqual(await complaints(browser), []);
            }
        });

        test(`stocks: prices come in batches over ${transport}`, async (t) => {
            const browser = await show(t, "demos/stocks/", transport);
            await browser.waitFor("eight companies", () => document.querySelectorAll("#prices tr").length === 8);
            await browser.waitFor("a hundred changes", () => Number(document.querySelector("#all").textContent) > 100);
            await browser.waitForText("#each", /^\d+\.\d$/);
            const row = await browser.run(() => [...document.querySelectorAll("#prices tr:first-child td")].map((one) => one.textContent));
            assert.match(row[1], /^\d+\.\d\d$/);
            assert.match(row[2], /^[▲▼] \d+\.\d\d$/);
            assert.ok(await browser.run(() => document.querySelector("#prices polyline").getAttribute("points").split(" ").length > 5));
            await pictureOf(browser, `stocks-moving-${transport}`);
            await browser.click("#pause");
            await browser.waitForText("#changes", /^0$/);
            const all = await number(browser, "#all");
            await browser.click("#pause");
            await browser.waitFor("more", (before) => Number(document.querySelector("#all").textContent) > before, all);
            assert.deepEqual(await complaints(browser), []);
        });
    }

    test("ack: a session that was away for too long is another one, and has missed messages", async (t) => {
        const browser = await show(t, "demos/ack/");
        await browser.waitFor("both to count", () => ["with", "without"].every((side) =>
            Number(document.querySelector(`#${side} .received`).textContent) > 2));
        await browser.waitFor("the button", () => !document.querySelector("#cut-button").disabled);
        await browser.choose("#seconds", "20");
        await browser.click("#cut-button");
        await until("the network to work again", async () => (await browser.text("#network")).includes("works again"), 30_000);
        await browser.waitFor("new sessions", () => ["with", "without"].every((side) =>
            document.querySelector(`#${side} .sessions`).textContent === "2"));
        await browser.waitFor("missing numbers", () => ["with", "without"].every((side) =>
            Number(document.querySelector(`#${side} .missing`).textContent) > 0));
    });

    test("files: one that is too large is refused, and one can be dropped", async (t) => {
        const browser = await show(t, "demos/files/");
        await browser.waitFor("the field", () => !document.querySelector("#file").disabled);
        await drop(browser, "large.bin", 8 * 1024 * 1024 + 1);
        await browser.waitForText("#error", "8.00 MiB is the most");
        await drop(browser, "empty.txt", 0);
        await browser.waitForText("#sent .state", "Sent in");
        assert.equal(await browser.text("#error"), "");
        assert.deepEqual(await complaints(browser), []);
    });

    test("files: eight MiB arrive whole", async (t) => {
        const [one, two] = [await show(t, "demos/files/"), await show(t, "demos/files/")];
        await until("the subscriptions", async () =>
            (await Promise.all([one, two].map((browser) => browser.run(() => !document.querySelector("#file").disabled)))).every(Boolean));
        await drop(one, "most.bin", 8 * 1024 * 1024);
        await one.waitFor("progress", () => document.querySelector("#sent progress").value > 0);
        await pictureOf(one, "files-sending");
        await until("the end", async () => /Sent|Not/.test(await one.text("#sent .state")), 60_000);
        assert.match(await one.text("#sent .state"), /^Sent in/);
        await two.waitForText("#received .state", "Arrived");
    });

    /** Drops a file of a size onto the page, as a user does with the mouse. */
    async function drop(browser, name, size) {
        await browser.run((fileName, length) => {
            const transfer = new DataTransfer();
            transfer.items.add(new File([new Uint8Array(length)], fileName));
            document.querySelector("#drop").dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: transfer }));
        }, name, size);
    }

    const hash = (bytes) => createHash("sha256").update(bytes).digest("hex");
});
