/// Checks a whole JSON text in one pass, without decoding or allocating.
///
/// RFC 8259 to the letter: grammar, UTF-8, escapes and surrogate pairs; containers only to a limited depth, without
/// recursion. All reads are bounded by `count`: a peer's bytes can make it throw, never trap or read outside.
/// ``BatchScanner`` builds on it to find the fields of Bayeux messages.
struct JSONScanner {
    let base: UnsafePointer<UInt8>
    let count: Int
    let maxDepth: Int
    /// The offset of the next byte to read.
    var index = 0
    /// Whether a string that was read since this was last cleared holds an escape.
    var sawEscape = false

    init(_ bytes: UnsafeRawBufferPointer, maxDepth: Int) {
        // An empty buffer may have no address; its count keeps the pointer from being read.
        self.base =
            bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
            ?? UnsafePointer(bitPattern: 1).unsafelyUnwrapped
        self.count = bytes.count
        self.maxDepth = maxDepth
    }

    /// Skips white space; throws at the end of the text.
    @inline(__always)
    mutating func skipSpace() throws(ScanError) -> UInt8 {
        self.skipTrailingSpace()
        guard self.index < self.count else { throw self.malformed(self.index) }
        return self.base[self.index]
    }

    @inline(__always)
    mutating func skipTrailingSpace() {
        while self.index < self.count {
            let byte = self.base[self.index]
            if byte > 0x20 { return }
            guard byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 else { return }
            self.index &+= 1
        }
    }

    @inline(never)
    func malformed(_ offset: Int) -> ScanError { ScanError(reason: .malformed, offset: offset) }
}

// MARK: - Strings

extension JSONScanner {
    /// Reads a string from its opening quote to after its closing one.
    ///
    /// - Returns: Where the string lies, quotes included.
    @inline(__always)
    mutating func string() throws(ScanError) -> JSONSlice {
        let start = self.index
        var position = start &+ 1
        while true {
            // Eight bytes at a time, up to the first that is a quote, a backslash, a control character or not ASCII.
            while position &+ 8 <= self.count {
                let special = Self.specialBytes(in: self.load64(position))
                if special != 0 {
                    position &+= special.trailingZeroBitCount >> 3
                    break
                }
                position &+= 8
            }
            guard position < self.count else { throw self.malformed(position) }
            let byte = self.base[position]
            if byte == 0x22 {
                self.index = position &+ 1
                return JSONSlice(start, position &+ 1)
            }
            if byte == 0x5c {
                position = try self.escape(at: position)
                self.sawEscape = true
            } else if byte >= 0x80 {
                position = try self.multibyteRun(at: position)
            } else if byte < 0x20 {
                throw self.malformed(position)
            } else {
                position &+= 1
            }
        }
    }

    /// The high bit of each byte that ends a run of plain characters.
    @inline(__always)
    static func specialBytes(in word: UInt64) -> UInt64 {
        let low: UInt64 = 0x0101_0101_0101_0101
        let quote = word ^ 0x2222_2222_2222_2222
        let backslash = word ^ 0x5c5c_5c5c_5c5c_5c5c
        let mask =
            ((quote &- low) & ~quote) | ((backslash &- low) & ~backslash)
            | ((word &- 0x2020_2020_2020_2020) & ~word) | word
        return mask & 0x8080_8080_8080_8080
    }

    /// Reads an escape from its backslash; a surrogate must come as a pair.
    @inline(never)
    func escape(at start: Int) throws(ScanError) -> Int {
        let position = start &+ 1
        guard position < self.count else { throw self.malformed(position) }
        switch self.base[position] {
        case 0x22, 0x5c, 0x2f, 0x62, 0x66, 0x6e, 0x72, 0x74:
            return position &+ 1
        case 0x75:
            let unit = try self.codeUnit(at: position)
            guard unit & 0xf800 == 0xd800 else { return position &+ 5 }
            let next = position &+ 5
            guard unit < 0xdc00, next &+ 1 < self.count, self.base[next] == 0x5c, self.base[next &+ 1] == 0x75,
                try self.codeUnit(at: next &+ 1) & 0xfc00 == 0xdc00
            else { throw ScanError(reason: .invalidUnicode, offset: start) }
            return next &+ 6
        default:
            throw self.malformed(position)
        }
    }

    /// The four hexadecimal digits behind a `u`.
    private func codeUnit(at u: Int) throws(ScanError) -> UInt16 {
        guard u &+ 4 < self.count else { throw self.malformed(self.count) }
        var unit: UInt16 = 0
        for position in (u &+ 1)...(u &+ 4) {
            let byte = self.base[position]
            let digit: UInt8
            switch byte {
            case 0x30...0x39: digit = byte &- 0x30
            case 0x41...0x46: digit = byte &- 0x37
            case 0x61...0x66: digit = byte &- 0x57
            default: throw self.malformed(position)
            }
            unit = unit << 4 | UInt16(digit)
        }
        return unit
    }

    /// Checks a run of bytes that are not ASCII against the well-formed sequences of RFC 3629.
    @inline(never)
    func multibyteRun(at start: Int) throws(ScanError) -> Int {
        var position = start
        while position < self.count, self.base[position] >= 0x80 {
            let lead = self.base[position]
            let length: Int
            let second: ClosedRange<UInt8>
            switch lead {
            case 0xc2...0xdf: (length, second) = (2, 0x80...0xbf)
            case 0xe0: (length, second) = (3, 0xa0...0xbf)
            case 0xed: (length, second) = (3, 0x80...0x9f)
            case 0xe1...0xef: (length, second) = (3, 0x80...0xbf)
            case 0xf0: (length, second) = (4, 0x90...0xbf)
            case 0xf1...0xf3: (length, second) = (4, 0x80...0xbf)
            case 0xf4: (length, second) = (4, 0x80...0x8f)
            default: throw ScanError(reason: .invalidUnicode, offset: position)
            }
            guard position &+ length <= self.count, second.contains(self.base[position &+ 1]) else {
                throw ScanError(reason: .invalidUnicode, offset: position)
            }
            for offset in 2..<max(2, length) where self.base[position &+ offset] & 0xc0 != 0x80 {
                throw ScanError(reason: .invalidUnicode, offset: position)
            }
            position &+= length
        }
        return position
    }

    @inline(__always)
    func load64(_ position: Int) -> UInt64 {
        UInt64(littleEndian: UnsafeRawPointer(self.base + position).loadUnaligned(as: UInt64.self))
    }

    @inline(__always)
    func load32(_ position: Int) -> UInt32 {
        UInt32(littleEndian: UnsafeRawPointer(self.base + position).loadUnaligned(as: UInt32.self))
    }
}

// MARK: - Values

extension JSONScanner {
    /// Reads any value; `depth` containers are open around it.
    ///
    /// - Returns: Where the value lies, without the space around it.
    @inline(__always)
    mutating func value(depth: Int) throws(ScanError) -> JSONSlice {
        let first = try self.skipSpace()
        let start = self.index
        switch first {
        case 0x22:
            return try self.string()
        case 0x7b, 0x5b:
            try self.container(depth: depth)
        default:
            try self.scalar(first)
        }
        return JSONSlice(start, self.index)
    }

    @inline(__always)
    private mutating func scalar(_ first: UInt8) throws(ScanError) {
        switch first {
        case 0x74: try self.literal(tail: 0x6575_7274, length: 4)
        case 0x66: try self.literal(tail: 0x6573_6c61, length: 5)
        case 0x6e: try self.literal(tail: 0x6c6c_756e, length: 4)
        case 0x2d, 0x30...0x39: try self.number()
        default: throw self.malformed(self.index)
        }
    }

    /// `true`, `false` or `null`, told by its last four letters.
    @inline(__always)
    private mutating func literal(tail: UInt32, length: Int) throws(ScanError) {
        guard self.index &+ length <= self.count, self.load32(self.index &+ length &- 4) == tail else {
            throw self.malformed(self.index)
        }
        self.index &+= length
    }

    @inline(__always)
    private mutating func number() throws(ScanError) {
        var position = self.index
        if self.base[position] == 0x2d { position &+= 1 }
        guard position < self.count else { throw self.malformed(position) }
        if self.base[position] == 0x30 {
            position &+= 1
        } else {
            position = try self.digits(at: position)
        }
        if position < self.count, self.base[position] == 0x2e {
            position = try self.digits(at: position &+ 1)
        }
        if position < self.count, self.base[position] | 0x20 == 0x65 {
            position &+= 1
            if position < self.count, self.base[position] == 0x2b || self.base[position] == 0x2d { position &+= 1 }
            position = try self.digits(at: position)
        }
        self.index = position
    }

    /// One digit or more.
    @inline(__always)
    private func digits(at start: Int) throws(ScanError) -> Int {
        var position = start
        while position < self.count, self.base[position] &- 0x30 <= 9 { position &+= 1 }
        guard position > start else { throw self.malformed(position) }
        return position
    }

    /// Reads an array or object from its opening bracket to after its closing one.
    ///
    /// One bit for each open container tells whether it is an object, so the depth costs no recursion; beyond 64
    /// levels the full words go to an array.
    private mutating func container(depth outer: Int) throws(ScanError) {
        var open = OpenContainers()
        var first = self.base[self.index]
        while true {
            guard outer &+ open.depth < self.maxDepth else { throw ScanError(reason: .tooDeep, offset: self.index) }
            let isObject = first == 0x7b
            open.push(isObject: isObject)
            self.index &+= 1
            first = try self.skipSpace()
            if first == (isObject ? 0x7d : 0x5d) {
                self.index &+= 1
                open.pop()
                guard try self.nextElement(in: &open) else { return }
            } else if isObject {
                try self.keyAndColon()
            }
            // A value starts here; scalars are read in place, a container goes round the outer loop.
            while true {
                first = self.base[self.index]
                if first == 0x7b || first == 0x5b { break }
                if first == 0x22 { _ = try self.string() } else { try self.scalar(first) }
                guard try self.nextElement(in: &open) else { return }
            }
        }
    }

    /// Goes on behind a complete value: to the next element, or out of the containers that end here.
    ///
    /// - Returns: `false` when the outermost container has ended.
    @inline(__always)
    private mutating func nextElement(in open: inout OpenContainers) throws(ScanError) -> Bool {
        while open.depth > 0 {
            let byte = try self.skipSpace()
            self.index &+= 1
            if byte == 0x2c {
                _ = try self.skipSpace()
                if open.isObject { try self.keyAndColon() }
                return true
            }
            guard byte == (open.isObject ? 0x7d : 0x5d) else { throw self.malformed(self.index &- 1) }
            open.pop()
        }
        return false
    }

    /// Reads a member's key and colon, up to the first byte of its value.
    @inline(__always)
    private mutating func keyAndColon() throws(ScanError) {
        guard self.base[self.index] == 0x22 else { throw self.malformed(self.index) }
        _ = try self.string()
        try self.colon()
        _ = try self.skipSpace()
    }

    @inline(__always)
    mutating func colon() throws(ScanError) {
        guard try self.skipSpace() == 0x3a else { throw self.malformed(self.index) }
        self.index &+= 1
    }
}

/// Which of the open containers are objects, the innermost in the lowest bit.
private struct OpenContainers {
    private var bits: UInt64 = 0
    private var outerBits: [UInt64] = []
    private(set) var depth = 0

    var isObject: Bool {
        @inline(__always) get { self.bits & 1 == 1 }
    }

    @inline(__always)
    mutating func push(isObject: Bool) {
        if self.depth & 63 == 0, self.depth > 0 { self.outerBits.append(self.bits) }
        self.bits = self.bits << 1 | (isObject ? 1 : 0)
        self.depth &+= 1
    }

    @inline(__always)
    mutating func pop() {
        self.bits >>= 1
        self.depth &-= 1
        if self.depth & 63 == 0, self.depth > 0 { self.bits = self.outerBits.popLast() ?? 0 }
    }
}
