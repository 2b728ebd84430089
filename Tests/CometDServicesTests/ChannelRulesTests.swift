import Bayeux
import CometDServicesSyntax
import Testing

/// The plugin has rules of its own for channels; they must be those of the vocabulary.
@Suite struct ChannelRulesTests {
    @Test(arguments: [
        "/a", "/a/b", "/a/b/", "/a/*", "/a/**", "/**", "/{a}", "/a/{b}/c", "/meta/x", "/a b", "/a!b", "/#$()+-._@~", "",
        "/", "//", "a", "a/b", "/a//b", "/a//", "/*/a", "/a/**/b", "/a*", "/a{b}", "/{a", "/a}", "/{}", "/{a}/*",
        "/{{a}}", "/a?", "/ä", "/a\n", "/a\"b", "/a,b", "/a:b", "/a%b", "/a&b", "/a\\b", "/a\u{0}",
        "/" + String(repeating: "a", count: 1023), "/" + String(repeating: "a", count: 1024),
        String(repeating: "/a", count: 32), String(repeating: "/a", count: 33), "/a/***", "/***", "/a/ ", "/{ }",
    ])
    func `the plugin and the server agree about a channel`(name: String) {
        let isLegal = (try? ChannelID(name)) != nil
        #expect((ChannelRules.violation(in: name) == nil) == isLegal)
    }
}
