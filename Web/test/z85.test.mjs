import assert from "node:assert/strict";
import { test } from "node:test";
import vm from "node:vm";
import { Z85 } from "../src/Z85.js";

const hex = (text) => Uint8Array.from(Buffer.from(text, "hex"));
const bytes = (count) => Uint8Array.from({ length: count }, (_, index) => index * 37 + 251);
const decoded = (text) => new Uint8Array(Z85.decode(text));

test("the vectors of ZeroMQ's RFC 32 hold", () => {
    assert.equal(Z85.encode(hex("864fd26fb559f75b")), "HelloWorld");
    assert.deepEqual(decoded("HelloWorld"), hex("864fd26fb559f75b"));
    const key = hex("8e0bdd697628b91d8f245587ee95c5b04d48963f79259877b49cd9063aead3b7");
    const text = "JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6";
    assert.equal(Z85.encode(key), text);
    assert.deepEqual(decoded(text), key);
});

// As an independent program encodes the first bytes of one sequence; the same as in the server's tests.
const prefixes = [
    "", "}V", "}YC", "}YFr", "}YFsx", "}YFsxJ@", "}YFsxKf!", "}YFsxKf)N", "}YFsxKf)Qt", "}YFsxKf)Qtbl", "}YFsxKf)Qtbs?",
    "}YFsxKf)Qtbs(U", "}YFsxKf)Qtbs(Wm", "}YFsxKf)Qtbs(WmW/", "}YFsxKf)Qtbs(WmX7*", "}YFsxKf)Qtbs(WmX7*#",
    "}YFsxKf)Qtbs(WmX7?0h",
];
for (const [count, text] of prefixes.entries()) {
    test(`${count} bytes have CometD's text`, () => {
        assert.equal(Z85.encode(bytes(count)), text);
        assert.deepEqual(decoded(text), bytes(count));
    });
}

test("all bytes survive in every place of a group", () => {
    for (let count = 1; count <= 4; count++) {
        for (let byte = 0; byte < 256; byte++) {
            const source = new Uint8Array(count).fill(byte);
            assert.deepEqual(decoded(Z85.encode(source)), source);
        }
    }
});

test("random bytes of many lengths survive", () => {
    let state = 12345;
    const random = () => (state = (Math.imul(state, 1103515245) + 12345) >>> 0);
    for (let round = 0; round < 500; round++) {
        const source = Uint8Array.from({ length: random() % 300 }, () => random() >>> 16);
        const text = Z85.encode(source);
        assert.match(text, /^[0-9a-zA-Z.\-:+=^!/*?&<>()[\]{}@%$#]*$/);
        assert.equal(text.length, Math.ceil((source.length * 5) / 4));
        assert.deepEqual(decoded(text), source);
    }
});

test("a megabyte survives, quickly enough", () => {
    const source = bytes(1 << 20);
    const start = performance.now();
    assert.deepEqual(decoded(Z85.encode(source)), source);
    assert.ok(performance.now() - start < 5000);
});

test("views count for what they show", () => {
    const whole = bytes(16);
    const text = Z85.encode(whole.slice(3, 10));
    assert.equal(Z85.encode(whole.subarray(3, 10)), text);
    assert.equal(Z85.encode(new DataView(whole.buffer, 3, 7)), text);
    assert.equal(Z85.encode(new Uint16Array(whole.buffer, 4, 2)), Z85.encode(whole.slice(4, 8)));
    assert.equal(Z85.encode(whole.buffer), Z85.encode(whole));
    assert.equal(Z85.encode([...whole]), Z85.encode(whole));
    assert.equal(Z85.encode(new Float64Array([Math.PI])).length, 10);
});

test("bytes of another realm, such as a frame's, are bytes", () => {
    const foreign = vm.runInNewContext("const view = new Uint8Array([1, 2, 3]); ({ buffer: view.buffer, view })");
    assert.equal(Z85.encode(foreign.buffer), Z85.encode([1, 2, 3]));
    assert.equal(Z85.encode(foreign.view), Z85.encode([1, 2, 3]));
});

test("what is decoded is an ArrayBuffer of its own", () => {
    const buffer = Z85.decode("}YFr");
    assert.equal(Object.prototype.toString.call(buffer), "[object ArrayBuffer]");
    assert.equal(buffer.byteLength, 3);
});

for (const [text, why] of [
    ["a", "a single character stands for no byte"],
    ["HelloWorlda", "nor does one at the end"],
    ["Hell~", "no digit"],
    ["Hell ", "space"],
    ['Hel"o', "a quotation mark"],
    ["Hell\u0000", "a control character"],
    ["Hellé", "a character beyond ASCII"],
    ["He\\", "no digit in the last group"],
    ["#####", "more than four bytes can say"],
    ["%nSc1", "one more than four bytes can say"],
    ["####", "more than three bytes can say"],
]) {
    test(`${JSON.stringify(text)} is refused: ${why}`, () => {
        assert.throws(() => Z85.decode(text), SyntaxError);
    });
}

test("the largest group is four bytes of ones", () => {
    assert.equal(Z85.encode(hex("ffffffff")), "%nSc0");
    assert.deepEqual(decoded("%nSc0"), hex("ffffffff"));
});

test("other types are refused", () => {
    for (const value of [undefined, null, 5, "text", {}, { length: 3 }]) {
        assert.throws(() => Z85.encode(value), TypeError);
    }
    for (const value of [undefined, null, 5, [], new Uint8Array(3)]) {
        assert.throws(() => Z85.decode(value), TypeError);
    }
});
