import Foundation

extension Duration {
    /// The time in seconds.
    var inSeconds: Double {
        let (seconds, attoseconds) = self.components
        return Double(seconds) + Double(attoseconds) / 1e18
    }

    /// The time in milliseconds.
    var inMilliseconds: Double { self.inSeconds * 1000 }

    /// The time for people: `10 s`, `1.5 s`, `250 ms`.
    var inWords: String {
        let seconds = self.inSeconds
        if abs(seconds) >= 1 { return "\(Self.rounded(seconds, digits: 1)) s" }
        return "\(Self.rounded(seconds * 1000, digits: 1)) ms"
    }

    /// A number with few digits behind the point, and no zeros at its end.
    private static func rounded(_ number: Double, digits: Int) -> String {
        let text = String(format: "%.\(digits)f", number)
        guard text.hasSuffix(".0") else { return text }
        return String(text.dropLast(2))
    }
}
