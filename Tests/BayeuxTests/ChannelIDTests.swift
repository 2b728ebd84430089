import Bayeux
import Testing

@Suite struct ChannelIDTests {
    @Test(arguments: [
        ("/a", ChannelID.Kind.broadcast), ("/meta/connect", .meta), ("/meta/**", .meta), ("/service/a", .service),
        ("/service/*", .service), ("/meta", .broadcast), ("/service", .broadcast), ("/metal/a", .broadcast),
        ("/**", .broadcast),
    ])
    func `the first segment tells what a channel is for`(name: String, kind: ChannelID.Kind) throws {
        #expect(try ChannelID(name).kind == kind)
    }

    @Test(arguments: [
        "", "/", "//", "a", "a/b", "/a//b", "//a", "/a//", "/a/*/b", "/a/**/b", "/*/b", "/é", "/a\"", "/a\n", "/a?b",
        "/a/{", "/a/}", "/a/{}", "/a/x{y}", "/a/{x}y", "/{x}/*", "/{x}/**", "/a/{{x}}", "/a,b", "/a:b", "/a<",
    ])
    func `a name that breaks the rules is refused`(name: String) {
        #expect(throws: BayeuxError(.channelInvalid)) { try ChannelID(name) }
    }

    @Test(arguments: ["/a", "/a b", "/!#$()*+-.@_~", "/A/0/z", "/a*b", "/***", "/{x}/b/{y}"])
    func `letters, digits and some signs are legal`(name: String) throws {
        #expect(try ChannelID(name).name == name)
    }

    @Test func `names have a limit in bytes and in segments`() throws {
        _ = try ChannelID("/" + String(repeating: "a", count: ChannelID.maxLength - 1))
        _ = try ChannelID(String(repeating: "/a", count: ChannelID.maxSegments))
        #expect(throws: BayeuxError(.channelInvalid)) {
            try ChannelID("/" + String(repeating: "a", count: ChannelID.maxLength))
        }
        #expect(throws: BayeuxError(.channelInvalid)) {
            try ChannelID(String(repeating: "/a", count: ChannelID.maxSegments + 1))
        }
    }

    @Test func `one trailing slash is dropped`() throws {
        #expect(try ChannelID("/a/b/").name == "/a/b")
        #expect(try ChannelID("/a/*/").wildcard == .single)
    }

    @Test func `the patterns of a channel come in CometD's order`() throws {
        #expect(try ChannelID("/a").patterns == ["/*", "/**"])
        #expect(try ChannelID("/a/b").patterns == ["/a/*", "/a/**", "/**"])
        #expect(try ChannelID("/a/b/c").patterns == ["/a/b/*", "/a/b/**", "/a/**", "/**"])
        #expect(try ChannelID("/a/*").patterns == [])
    }

    @Test(arguments: [
        ("/a/*", "/a/b", true), ("/a/*", "/a", false), ("/a/*", "/a/b/c", false), ("/a/**", "/a/b", true),
        ("/a/**", "/a/b/c", true), ("/a/**", "/a", false), ("/**", "/a", true), ("/*", "/a", true),
        ("/*", "/a/b", false),
        ("/a", "/a", true), ("/a", "/a/b", false), ("/a/*", "/a/*", true), ("/a/**", "/a/*", false),
        ("/ab/*", "/a/b", false),
    ])
    func `a pattern matches exactly what it stands for, as the list of patterns has it`(
        pattern: String,
        name: String,
        matches: Bool
    ) throws {
        let (pattern, channel) = (try ChannelID(pattern), try ChannelID(name))
        #expect(pattern.matches(channel) == matches)
        #expect((channel.patterns.contains(pattern.name) || pattern == channel) == matches)
    }

    @Test func `a template binds whole segments`() throws {
        let template = try ChannelID("/news/{category}/{id}")
        #expect(template.isTemplate)
        #expect(template.bind(try ChannelID("/news/sport/7")) == ["category": "sport", "id": "7"])
        #expect(template.bind(try ChannelID("/news/sport")) == nil)
        #expect(template.bind(try ChannelID("/olds/sport/7")) == nil)
        #expect(try ChannelID("/a").bind(try ChannelID("/a")) == [:])
    }
}
