import Testing

@testable import CometDServerNIO

@Suite("PerMessageDeflate")
struct PerMessageDeflateTests {
    static let plain = "permessage-deflate; server_no_context_takeover; client_no_context_takeover"

    @Test(
        arguments: [
            "permessage-deflate",
            "permessage-deflate; client_max_window_bits",
            "permessage-deflate;client_max_window_bits=8",
            "permessage-deflate; client_max_window_bits=\"15\"",
            "permessage-deflate; client_max_window_bits=\"1\\5\"",
            "\tpermessage-deflate ; server_no_context_takeover ; client_no_context_takeover ",
            "x-webkit-deflate-frame, permessage-deflate; client_max_window_bits",
            ", ,permessage-deflate,",
            "permessage-deflate; unknown, permessage-deflate",
            "permessage-deflate; server_max_window_bits=16, permessage-deflate",
            "other; a=b; c=\"d\", permessage-deflate, permessage-deflate; server_max_window_bits=10",
        ]
    )
    func `an offer that can be met is taken`(_ offers: String) throws {
        let deflate = try #require(PerMessageDeflate(offers: offers))
        #expect(deflate.answer == Self.plain)
        #expect(deflate.windowBits == 15)
    }

    @Test(arguments: 8...15 as ClosedRange<UInt8>)
    func `a client gets the window that it asks for`(bits: UInt8) throws {
        let deflate = try #require(PerMessageDeflate(offers: "permessage-deflate; server_max_window_bits=\(bits)"))
        #expect(deflate.answer == "\(Self.plain); server_max_window_bits=\(bits)")
        #expect(deflate.windowBits == bits)
    }

    @Test(
        arguments: [
            "", ",", "x-webkit-deflate-frame", "permessage-deflate-2", "Permessage-Deflate",
            "permessage-deflate; unknown", "permessage-deflate; unknown=1",
            "permessage-deflate; server_max_window_bits", "permessage-deflate; server_max_window_bits=7",
            "permessage-deflate; server_max_window_bits=16", "permessage-deflate; server_max_window_bits=09",
            "permessage-deflate; server_max_window_bits=+9", "permessage-deflate; server_max_window_bits=-9",
            "permessage-deflate; server_max_window_bits=99999999999999999999",
            "permessage-deflate; client_max_window_bits=7", "permessage-deflate; client_max_window_bits=x",
            "permessage-deflate; server_no_context_takeover=1", "permessage-deflate; client_no_context_takeover=true",
            "permessage-deflate; client_max_window_bits; client_max_window_bits",
            "permessage-deflate; server_max_window_bits=10; server_max_window_bits=10",
            "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
        ]
    )
    func `an offer that is wrong, or of something else, is not taken`(_ offers: String) {
        #expect(PerMessageDeflate(offers: offers) == nil)
    }

    @Test(
        arguments: [
            "permessage-deflate;", "permessage-deflate; ;", "permessage-deflate; =1", "permessage-deflate; a=",
            "permessage-deflate; a=\"", "permessage-deflate; a=\"b", "permessage-deflate; a=\"b\\",
            "; permessage-deflate",
            "permessage-deflate; a=\"\"", "permessage-deflate; a=\"b c\"", "permessage-deflate extra",
            "permessage-deflate,;",
            "permessage-deflate, ä", "permessage-deflate, \"x\"", "permessage-deflate/1",
        ]
    )
    func `nothing is taken from a list that is malformed`(_ offers: String) {
        #expect(WebSocketExtensionOffer.list(offers) == nil)
        #expect(PerMessageDeflate(offers: offers) == nil)
    }
}
