import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import * as sources from "../src/index.js";
import * as forNode from "../src/node/index.js";

const compiler = process.env.TSC ?? "tsc";
const hasCompiler = spawnSync(compiler, ["--version"]).status === 0;

test("the declarations are strict TypeScript for users", { skip: hasCompiler ? false : "no tsc" }, () => {
    const file = fileURLToPath(new URL("support/types.ts", import.meta.url));
    const options = ["--noEmit", "--strict", "--target", "ES2020", "--lib", "ES2020,DOM", "--typeRoots", "none", file];
    const { status, stdout } = spawnSync(compiler, options, { encoding: "utf8" });
    assert.equal(status, 0, stdout);
});

/** The names that a file of declarations exports, and its classes' and interfaces' members. */
function declared(file) {
    const text = readFileSync(new URL(`../types/${file}`, import.meta.url), "utf8");
    const values = [...text.matchAll(/^export (?:class|const|function) (\w+)/gm)].map(([, name]) => name);
    const members = new Map();
    for (const [, name, body] of text.matchAll(/^export (?:class|interface) (\w+)[^{]*\{\n([\s\S]*?)^\}/gm)) {
        const found = [...body.matchAll(/^ {4}(?:static |readonly )*(\w+)/gm)];
        members.set(name, new Set(found.map(([, member]) => member)));
    }
    return { values, members };
}

test("all that is exported is declared, with all its methods", () => {
    for (const [file, module] of [["cometd.d.ts", sources], ["node.d.ts", forNode]]) {
        const { values, members } = declared(file);
        assert.deepEqual([...values].sort(), Object.keys(module).sort());
        for (const [name, value] of Object.entries(module)) {
            if (!/^class /.test(Function.prototype.toString.call(typeof value === "function" ? value : () => {}))) {
                continue;
            }
            const names = Object.getOwnPropertyNames(value.prototype);
            const methods = names.filter((method) => !/^_|^constructor$/.test(method));
            const line = [];
            for (let ancestor = value; ancestor?.name; ancestor = Object.getPrototypeOf(ancestor)) {
                line.push(members.get(ancestor.name));
            }
            for (const method of methods) {
                assert.ok(line.some((declared) => declared?.has(method)), `${name}.${method} is not declared`);
            }
        }
    }
    const { members } = declared("cometd.d.ts");
    const promises = Object.getOwnPropertyNames(Object.getPrototypeOf(new sources.CometD().promises));
    for (const method of promises.filter((method) => method !== "constructor")) {
        assert.ok(members.get("CometDPromises").has(method), method);
    }
});
