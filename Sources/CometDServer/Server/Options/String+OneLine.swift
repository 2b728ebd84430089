extension String {
    /// The text with escapes for line breaks and other control characters.
    package var onOneLine: String {
        guard self.unicodeScalars.contains(where: \.breaksLines) else { return self }
        return self.unicodeScalars.reduce(into: "") { line, scalar in
            line += scalar.breaksLines ? scalar.escaped(asASCII: true) : String(scalar)
        }
    }

    /// The same, cut when it is long.
    package var shownOnOneLine: String {
        let limit = 80
        let scalars = self.unicodeScalars
        return String(scalars.prefix(limit)).onOneLine + (scalars.count > limit ? "…" : "")
    }
}

extension Unicode.Scalar {
    fileprivate var breaksLines: Bool {
        switch self.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}
