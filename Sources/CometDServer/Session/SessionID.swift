import NIOCore

/// The form of a `clientId`: two digits of node, two of shard, 26 at random, all in base 36.
///
/// The shard is readable, so that a request that arrives on another event loop's connection finds its session
/// without a table that all loops share. 26 random digits are 134 bits.
///
/// - SeeAlso: Bayeux specification, "clientId": at least 128 bits of randomness; the layout is our choice.
enum SessionID {
    private static let digits = Array("0123456789abcdefghijklmnopqrstuvwxyz".utf8)
    private static let randomDigits = 26
    /// How many shards can be told apart.
    static let maxShards = 36 * 36

    /// Makes the id of a new session.
    ///
    /// - Parameters:
    ///   - node: The server's number in its cluster, below 1296.
    ///   - shard: The shard's number, below ``maxShards``.
    /// - Returns: The id.
    static func make(node: Int = 0, shard: Int) -> String {
        String(unsafeUninitializedCapacity: 4 + Self.randomDigits) { bytes in
            bytes[0] = Self.digits[node / 36 % 36]
            bytes[1] = Self.digits[node % 36]
            bytes[2] = Self.digits[shard / 36 % 36]
            bytes[3] = Self.digits[shard % 36]
            Self.fillRandomly(UnsafeMutableBufferPointer(rebasing: bytes[4..<4 + Self.randomDigits]))
            return 4 + Self.randomDigits
        }
    }

    /// Makes an unguessable value of the same kind that names no shard, for the browser cookie.
    static func makeBrowserID() -> String {
        String(unsafeUninitializedCapacity: Self.randomDigits) { bytes in
            Self.fillRandomly(UnsafeMutableBufferPointer(rebasing: bytes[..<Self.randomDigits]))
            return Self.randomDigits
        }
    }

    /// The shard that an id names; `nil` when it cannot be one of ours.
    static func shard(of id: some Collection<UInt8>) -> Int? {
        guard id.count == 4 + Self.randomDigits else { return nil }
        var digits = id.dropFirst(2).makeIterator()
        guard let high = digits.next().flatMap(Self.value), let low = digits.next().flatMap(Self.value) else {
            return nil
        }
        return high * 36 + low
    }

    /// Whether a text that a peer sent has the form of an id, so that it may be looked up.
    static func isWellFormed(_ id: String) -> Bool {
        id.utf8.count == 4 + Self.randomDigits && Self.hasOnlyDigits(id)
    }

    /// Whether a text that a peer sent has the form of a browser's id, so that it may be looked up.
    static func isWellFormedBrowserID(_ id: String) -> Bool {
        id.utf8.count == Self.randomDigits && Self.hasOnlyDigits(id)
    }

    private static func hasOnlyDigits(_ id: String) -> Bool {
        var id = id
        return id.withUTF8 { bytes in
            for byte in bytes where Self.value(byte) == nil { return false }
            return true
        }
    }

    private static func value(_ digit: UInt8) -> Int? {
        switch digit {
        case 0x30...0x39: Int(digit) - 0x30
        case 0x61...0x7a: Int(digit) - 0x61 + 10
        default: nil
        }
    }

    private static func fillRandomly(_ bytes: UnsafeMutableBufferPointer<UInt8>) {
        // Twelve digits of base 36 need 62.04 bits: one random word makes twelve, free of bias by rejection.
        var generator = SystemRandomNumberGenerator()
        var word: UInt64 = 0
        for index in bytes.indices {
            if index % 12 == 0 { word = UInt64.random(in: 0..<4_738_381_338_321_616_896, using: &generator) }
            bytes[index] = Self.digits[Int(word % 36)]
            word /= 36
        }
    }
}
