import { chatPage } from "./support.mjs";

/** A chat page in a browser's window, used as a user does. */
export class ChatPage {
    constructor(browser, flavour, name, room) {
        Object.assign(this, { browser, flavour, name, room });
    }

    /** Loads the page, and joins a room unless the name is undefined. */
    static async open(browser, { origin, flavour, name, room = "demo", transport = "websocket" }) {
        const chat = new ChatPage(browser, flavour, name, room);
        await browser.go(new URL(`${chatPage(flavour)}?transport=${transport}`, origin));
        // The scripts of the toolkits may still be at work when the page has loaded.
        await browser.waitFor("the page to be ready", () => document.querySelector("#connection").dataset.state);
        if (name !== undefined) {
            await chat.ask(name, transport);
            await chat.joined();
        }
        return chat;
    }

    /** Fills in the form and sends it. */
    async ask(name, transport) {
        this.name = name;
        await this.browser.type("#name", name);
        await this.browser.type("#room", this.room);
        if (transport) {
            await this.browser.choose("#transport", transport);
        }
        await this.browser.click("#join-button");
    }

    /** Waits until this one is a member and connected. */
    async joined() {
        await this.browser.waitFor(`${this.name} to be in the room`, () => document.querySelector("#chat").checkVisibility());
        await this.browser.waitFor("a connection", () => document.querySelector("#connection").dataset.state === "connected");
    }

    /** Waits until the members are these, and no others. */
    async waitForMembers(...names) {
        const sorted = [...names].sort();
        await this.browser.waitFor(`members ${sorted} for ${this.name}`, (wanted, me) => {
            const found = [...document.querySelectorAll("#members li span")].map((one) => one.textContent.trim());
            const listed = wanted.map((name) => (name === me ? `${name} (you)` : name));
            const count = document.querySelector("#members-count").textContent;
            return JSON.stringify(found) === JSON.stringify(listed) && Number(count) === wanted.length;
        }, sorted, this.name);
    }

    /** Says something to all, and waits until it has been taken. */
    async say(text) {
        await this.browser.type("#text", text);
        await this.browser.click("#send");
        await this.browser.waitFor("the message to be taken", () => document.querySelector("#text").value === "");
    }

    /** Ticks members, or takes the tick away. */
    async tick(name) {
        await this.browser.run((wanted) => {
            const labels = [...document.querySelectorAll("#members label")];
            labels.find((label) => label.textContent.trim() === wanted).querySelector("input").click();
        }, name);
    }

    /** The messages: `{user, text, own, private}`, or `{line}` for membership. */
    async messages() {
        return this.browser.run(readMessages);
    }

    /** Waits until a message with this text has come, and gives it back. */
    async waitForMessage(text, user) {
        return this.browser.waitFor(`"${text}" to reach ${this.name} (${this.flavour})`, `(wanted, from) =>
            (${readMessages})().find((one) => one.text === wanted && (from === null || one.user === from))`, text, user ?? null);
    }

    async waitForLine(text) {
        return this.browser.waitFor(`"${text}" to be shown to ${this.name} (${this.flavour})`, `(wanted) =>
            (${readMessages})().find(({ line }) => line?.startsWith(wanted))`, text);
    }

    /** The texts of the messages, membership left out. */
    async texts() {
        return (await this.messages()).filter(({ text }) => text !== undefined).map(({ text }) => text);
    }
}

function readMessages() {
    return [...document.querySelectorAll("#messages > li")].map((item) => {
        const text = item.querySelector(".text")?.textContent;
        return text === undefined
            ? { line: item.textContent.trim() }
            : {
                text,
                user: item.querySelector(".user").textContent,
                time: item.querySelector("time").textContent,
                own: item.classList.contains("own"),
                private: item.classList.contains("private"),
            };
    });
}
