import assert from "node:assert/strict";
import { test } from "node:test";
import { cookieFetch } from "../src/node/cookieFetch.js";

/** A `fetch` whose server sets cookies, and remembers what it was sent. */
function scripted() {
    const sent = [];
    const answers = [];
    const fetch = cookieFetch(async (url, { headers }) => {
        sent.push(headers.get("Cookie"));
        const answer = new Headers();
        for (const cookie of answers.shift() ?? []) {
            answer.append("Set-Cookie", cookie);
        }
        return { headers: answer };
    });
    return { fetch, sent, answers };
}

test("cookies go back to their host and path", async () => {
    const { fetch, sent, answers } = scripted();
    answers.push(["BAYEUX_BROWSER=abc=; Path=/; HttpOnly", "deep=1; path=/cometd", "own=2"]);
    await fetch("http://host:1/cometd/handshake");
    await fetch("http://host:1/cometd/connect");
    await fetch("http://host:1/cometdother");
    await fetch("http://host:2/cometd");
    assert.deepEqual(sent, [null, "BAYEUX_BROWSER=abc=; deep=1; own=2", "BAYEUX_BROWSER=abc=", null]);
});

test("cookies are replaced, expire and are deleted", async () => {
    const { fetch, sent, answers } = scripted();
    answers.push(["a=1; Path=/", "b=1; Path=/", "c=1; Path=/; Max-Age=60"]);
    answers.push(["a=2; Path=/", "b=; Path=/; Max-Age=0", "c=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT"]);
    await fetch("http://host/");
    await fetch("http://host/");
    await fetch("http://host/");
    assert.deepEqual(sent, [null, "a=1; b=1; c=1", "a=2"]);
});

test("Secure, foreign and broken ones", async () => {
    const { fetch, sent, answers } = scripted();
    const foreign = "f=1; Domain=other.org; Path=/";
    answers.push(["s=1; Path=/; Secure", foreign, "d=1; Domain=.host.org; Path=/", "=x", "nonsense"]);
    await fetch("http://a.host.org/");
    await fetch("http://a.host.org/");
    assert.deepEqual(sent, [null, "d=1"]);
});

test("a Cookie header of the caller's stays", async () => {
    const { fetch, sent, answers } = scripted();
    answers.push(["a=1"]);
    await fetch("http://host/");
    await fetch("http://host/", { headers: { Cookie: "mine=1" } });
    assert.deepEqual(sent, [null, "mine=1"]);
});
