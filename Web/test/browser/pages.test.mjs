import assert from "node:assert/strict";
import path from "node:path";
import { describe, test } from "node:test";
import { chatPage, complaints, demos, flavours, noBrowser, pictures, stage } from "./support.mjs";

const pages = [...demos, ...flavours.map(chatPage)];
const nameOf = (page) => page.replace(/^demos\/|\/$|\.html$/g, "").replaceAll("/", "-") || "index";

describe("all pages", { skip: noBrowser }, () => {
    const things = stage();

    for (const page of pages) {
        test(`${nameOf(page)} loads without complaints, fits on a phone and has names for everything`, async (t) => {
            const browser = await things.open(t);
            await browser.go(things.page(page));
            await ready(browser, page);
            for (const design of ["light", "dark"]) {
                await browser.design(design);
                await browser.resize(1200, 800);
                await browser.screenshot(path.join(pictures, `${nameOf(page)}-${design}.png`), { whole: true });
                assert.deepEqual(await faintTexts(browser), [], `texts in ${design} that are hard to read`);
                await browser.resize(360, 740);
                await browser.screenshot(path.join(pictures, `${nameOf(page)}-${design}-phone.png`), { whole: true });
                assert.equal(await sideways(browser), 0, "pixels that a phone has to scroll sideways");
            }
            assert.deepEqual(await nameless(browser), []);
            assert.deepEqual(await complaints(browser), []);
        });
    }

    test("the start page links to all demos", async (t) => {
        const browser = await things.open(t);
        await browser.go(things.page(""));
        const links = await browser.run(() => [...document.links].map(({ href }) => href));
        for (const page of pages.filter((page) => page !== "")) {
            assert.ok(links.includes(String(things.page(page))), page);
        }
    });

    test("the start page tells of the server", async (t) => {
        const browser = await things.open(t);
        await browser.go(things.page(""));
        await browser.waitForText("#trip", /^\d+\.\d ms$/);
        assert.equal(await browser.text("#address"), things.server.url);
        assert.equal(await browser.text("#version"), "1.0");
        assert.equal(await browser.text("#transport"), "websocket");
        assert.match(await browser.text("#offered"), /websocket.*long-polling/);
        assert.equal(await browser.text("#timeout"), "30 s");
    });

    for (const transport of ["long-polling", "callback-polling"]) {
        test(`a page can be told to use ${transport}`, async (t) => {
            const browser = await things.open(t);
            await browser.go(things.page(`?transport=${transport}`));
            await browser.waitForText("#connection", `Connected · ${transport}`);
            await browser.waitForText("#trip", /^\d+\.\d ms$/);
            assert.equal(await browser.text("#transports [aria-current]"), transport);
            assert.deepEqual(await complaints(browser), []);
        });
    }
});

/** Waits until a page does what it is for. */
async function ready(browser, page) {
    if (page.includes("/chat/")) {
        await browser.waitForText("#connection", "Not connected");
        return;
    }
    await browser.waitForText("#connection", "Connected");
    const filled = { "": "#trip", "demos/ack/": "#without .last", "demos/reload/": "#last", "demos/clock/": "#offset" }[page];
    if (filled) {
        await browser.waitForText(filled, /\d/);
    }
    if (page === "demos/stocks/") {
        await browser.waitFor("eight companies", () => document.querySelectorAll("#prices tr").length === 8);
    }
}

/** How many pixels the page is wider than its window. */
async function sideways(browser) {
    return browser.run(() => {
        window.scrollTo(1000, 0);
        const { scrollWidth, clientWidth } = document.documentElement;
        return Math.max(scrollWidth - clientWidth, window.scrollX);
    });
}

/** What a user who does not see could not tell: controls without a name. */
async function nameless(browser) {
    const { nodes } = await browser.cdp("Accessibility.getFullAXTree");
    const roles = ["button", "link", "textbox", "combobox", "checkbox", "progressbar", "image", "img", "log", "heading"];
    return nodes
        .filter(({ ignored, role, name }) => !ignored && roles.includes(role?.value) && !name?.value)
        .map(({ role }) => role.value);
}

/** Texts whose contrast to what is behind them is below 4.5 to 1; see WCAG 2.2, success criterion 1.4.3. */
async function faintTexts(browser) {
    return browser.run(() => {
        const parse = (color) => {
            const [red, green, blue, alpha = 1] = color.match(/[\d.]+/g).map(Number);
            return { rgb: [red, green, blue], alpha };
        };
        const luminance = (rgb) => {
            const [red, green, blue] = rgb.map((value) => {
                const part = value / 255;
                return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
            });
            return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
        };
        const behind = (element) => {
            for (let one = element; one; one = one.parentElement) {
                const { rgb, alpha } = parse(getComputedStyle(one).backgroundColor);
                if (alpha === 1) {
                    return rgb;
                }
            }
            return [255, 255, 255];
        };
        const found = [];
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) {
            const element = walker.currentNode.parentElement;
            const isOff = element.closest(":disabled, noscript, .unseen, .skip");
            if (!walker.currentNode.data.trim() || isOff || !element.checkVisibility()) {
                continue;
            }
            const [one, other] = [parse(getComputedStyle(element).color).rgb, behind(element)].map(luminance);
            const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
            if (contrast < 4.5) {
                found.push(`${contrast.toFixed(1)}: ${walker.currentNode.data.trim().slice(0, 40)}`);
            }
        }
        return found;
    });
}
