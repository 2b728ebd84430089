/*! cometd-swift-web 1.0.0, Apache-2.0 */
(function (root, factory) {
    "use strict";
    if (typeof define === "function" && define.amd) {
        define(["./cometd"], factory);
    } else if (typeof module === "object" && module.exports) {
        module.exports = factory(require("./cometd.js"));
    } else {
        factory((root.org = root.org || {}).cometd = root.org.cometd || {});
    }
})(typeof globalThis === "undefined" ? this : globalThis, function (cometd) {
    "use strict";
    var __accessCheck = (obj, member, msg) => {
      if (!member.has(obj))
        throw TypeError("Cannot " + msg);
    };
    var __privateGet = (obj, member, getter) => {
      __accessCheck(obj, member, "read from private field");
      return getter ? getter.call(obj) : member.get(obj);
    };
    var __privateAdd = (obj, member, value) => {
      if (member.has(obj))
        throw TypeError("Cannot add the same private member more than once");
      member instanceof WeakSet ? member.add(obj) : member.set(obj, value);
    };
    var __privateSet = (obj, member, value, setter) => {
      __accessCheck(obj, member, "write to private field");
      setter ? setter.call(obj, value) : member.set(obj, value);
      return value;
    };
    var __privateMethod = (obj, member, method) => {
      __accessCheck(obj, member, "access private method");
      return method;
    };

    // src/Z85.js
    var ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";
    var NO_DIGIT = 255;
    var CODES = Uint8Array.from(ALPHABET, (character) => character.charCodeAt(0));
    var VALUES = new Uint8Array(128).fill(NO_DIGIT);
    CODES.forEach((code, value) => {
      VALUES[code] = value;
    });
    var CHUNK = 8192;
    function bytesOf(source) {
      if (ArrayBuffer.isView(source)) {
        return new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
      }
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
      const codes = new Uint8Array(whole / 4 * 5 + (rest === 0 ? 0 : rest + 1));
      let written = 0;
      for (let read = 0; read < whole; read += 4) {
        let number = (bytes[read] << 24 | bytes[read + 1] << 16 | bytes[read + 2] << 8 | bytes[read + 3]) >>> 0;
        for (let place = 4; place > 0; place--) {
          const quotient = number / 85 >>> 0;
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
      if (number > 4294967295) {
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
      const bytes = new Uint8Array(whole / 5 * 4 + (rest === 0 ? 0 : rest - 1));
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
          bytes[written++] = number >>> 24 - 8 * place;
        }
      }
      return bytes.buffer;
    }
    var Z85 = Object.freeze({
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
      decode
    });

    // src/extensions/BinaryExtension.js
    var _cometd, _isBinary, isBinary_fn;
    var _BinaryExtension = class {
      constructor() {
        __privateAdd(this, _cometd, null);
      }
      /** Called by the library. */
      registered(name, cometd) {
        __privateSet(this, _cometd, cometd);
      }
      /** Called by the library. */
      unregistered() {
        __privateSet(this, _cometd, null);
      }
      /** Encodes what is sent; the application's own object stays as it is. Text counts as encoded already. */
      outgoing(message) {
        var _a;
        if (__privateMethod(_a = _BinaryExtension, _isBinary, isBinary_fn).call(_a, message) && typeof message.data.data !== "string") {
          message.data = { ...message.data, data: Z85.encode(message.data.data) };
        }
        return message;
      }
      /** Decodes what arrives; what cannot be decoded stays as it came. */
      incoming(message) {
        var _a;
        if (__privateMethod(_a = _BinaryExtension, _isBinary, isBinary_fn).call(_a, message) && typeof message.data.data === "string") {
          try {
            message.data.data = Z85.decode(message.data.data);
          } catch (failure) {
            __privateGet(this, _cometd)?._warn?.("Binary extension could not decode", failure, message);
          }
        }
        return message;
      }
    };
    var BinaryExtension = _BinaryExtension;
    _cometd = new WeakMap();
    _isBinary = new WeakSet();
    isBinary_fn = function(message) {
      return Boolean(message.ext?.binary) && typeof message.data === "object" && message.data !== null;
    };
    __privateAdd(BinaryExtension, _isBinary);
    var exported = { BinaryExtension };
    return (cometd.BinaryExtension = exported.BinaryExtension);
});
