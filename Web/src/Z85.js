/**
 * Bytes as text of 85 characters, none of which JSON must escape: four bytes become five characters.
 *
 * ZeroMQ's Z85 (RFC 32) with CometD's rule for other lengths: one to three bytes at the end become two to four
 * characters, the ones that five would begin with if zeros followed. Reading supplies the highest digit for what was
 * left out, and ignores what the last character says beyond the last byte.
 */

const ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";
const NO_DIGIT = 255;

/** The character code of each digit. */
const CODES = Uint8Array.from(ALPHABET, (character) => character.charCodeAt(0));

/** The value of each character code below 128. */
const VALUES = new Uint8Array(128).fill(NO_DIGIT);
CODES.forEach((code, value) => {
    VALUES[code] = value;
});

/** How many character codes become a string at a time: engines limit the number of arguments. */
const CHUNK = 8192;

/** The bytes behind an ArrayBuffer, a view, or an array of numbers; no copy of the first two. */
function bytesOf(source) {
    if (ArrayBuffer.isView(source)) {
        return new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
    }
    // Not `instanceof`: the buffer may come from another frame.
    const kind = Object.prototype.toString.call(source);
    if (kind === "[object ArrayBuffer]" || kind === "[object SharedArrayBuffer]") {
        return new Uint8Array(source);
    }
    if (Array.isArray(source)) {
        return Uint8Array.from(source);
    }
    throw new TypeError("Z85 encodes an ArrayBuffer, a typed array, a DataView or an array of bytes");
}

function textOf(codes) {
    let text = "";
    for (let start = 0; start < codes.length; start += CHUNK) {
        text += String.fromCharCode.apply(null, codes.subarray(start, start + CHUNK));
    }
    return text;
}

function encode(source) {
    const bytes = bytesOf(source);
    const rest = bytes.length % 4;
    const whole = bytes.length - rest;
    const codes = new Uint8Array((whole / 4) * 5 + (rest === 0 ? 0 : rest + 1));
    let written = 0;
    for (let read = 0; read < whole; read += 4) {
        let number =
            ((bytes[read] << 24) | (bytes[read + 1] << 16) | (bytes[read + 2] << 8) | bytes[read + 3]) >>> 0;
        for (let place = 4; place > 0; place--) {
            const quotient = (number / 85) >>> 0;
            codes[written + place] = CODES[number - quotient * 85];
            number = quotient;
        }
        codes[written] = CODES[number];
        written += 5;
    }
    if (rest > 0) {
        let number = 0;
        for (let place = 0; place < 4; place++) {
            number = number * 256 + (place < rest ? bytes[whole + place] : 0);
        }
        for (let place = 4; place >= 0; place--) {
            if (place <= rest) {
                codes[written + place] = CODES[number % 85];
            }
            number = Math.floor(number / 85);
        }
    }
    return textOf(codes);
}

/** The number that `count` characters from `start` stand for, read as if the highest digit followed. */
function numberAt(text, start, count) {
    let number = 0;
    for (let place = 0; place < 5; place++) {
        let value = 84;
        if (place < count) {
            const code = text.charCodeAt(start + place);
            value = code < 128 ? VALUES[code] : NO_DIGIT;
            if (value === NO_DIGIT) {
                throw new SyntaxError(`no Z85 character at ${start + place}`);
            }
        }
        number = number * 85 + value;
    }
    if (number > 0xffffffff) {
        throw new SyntaxError(`no Z85: the characters at ${start} say more than four bytes can`);
    }
    return number;
}

function decode(text) {
    if (typeof text !== "string") {
        throw new TypeError("Z85 decodes a string");
    }
    const rest = text.length % 5;
    if (rest === 1) {
        throw new SyntaxError("no Z85: a single character is left at the end");
    }
    const whole = text.length - rest;
    const bytes = new Uint8Array((whole / 5) * 4 + (rest === 0 ? 0 : rest - 1));
    let written = 0;
    for (let read = 0; read < whole; read += 5) {
        const number = numberAt(text, read, 5);
        bytes[written++] = number >>> 24;
        bytes[written++] = number >>> 16;
        bytes[written++] = number >>> 8;
        bytes[written++] = number;
    }
    if (rest > 0) {
        const number = numberAt(text, whole, rest);
        for (let place = 0; place < rest - 1; place++) {
            bytes[written++] = number >>> (24 - 8 * place);
        }
    }
    return bytes.buffer;
}

/** Encodes bytes as text and decodes it again. */
export const Z85 = Object.freeze({
    /**
     * Encodes bytes.
     *
     * @param {ArrayBuffer | SharedArrayBuffer | ArrayBufferView | number[]} bytes any number of them; of a view, only
     *     what it shows
     * @returns {string} five characters for each four bytes; n bytes that are left become n + 1 characters
     * @throws {TypeError} when it is given something else
     */
    encode,

    /**
     * Decodes a text.
     *
     * @param {string} text what `encode` makes, without space or line breaks
     * @returns {ArrayBuffer} the bytes, four fifths of the text's length
     * @throws {SyntaxError} when the text is no Z85: a character that is none of the 85, a group that says more than
     *     four bytes can, or a single character at the end
     */
    decode,
});
