extension OptionSyntax<Duration> {
    /// A time above zero.
    package static var positiveDuration: Self { .duration("a time above zero") { $0 > .zero } }
    /// A time that may be zero.
    static var duration: Self { .duration("a time of zero or more") { $0 >= .zero } }
    /// A time that may be zero or negative, which has a meaning of its own.
    static var signedDuration: Self { .duration("a time") { _ in true } }

    /// A time: a plain number of milliseconds, or a number with `ms`, `s`, `m` or `h`; at most a year.
    ///
    /// - Parameters:
    ///   - words: What is legal besides the notation, such as `a time above zero`.
    ///   - isLegal: Whether a time is legal.
    /// - Returns: The syntax.
    private static func duration(_ words: String, where isLegal: @escaping @Sendable (Duration) -> Bool) -> Self {
        Self(placeholder: "duration", legal: "\(words) (\(OptionDuration.legal))") { text in
            OptionDuration.duration(text).flatMap { isLegal($0) ? $0 : nil }
        } text: { value in
            OptionDuration.text(value)
        }
    }
}

extension OptionSyntax<Duration?> {
    /// A time, where zero and negative values mean that there is no limit.
    static var limit: Self {
        Self(placeholder: "duration", legal: "a time (\(OptionDuration.legal)), or -1 for no limit") { text in
            OptionDuration.duration(text).map { $0 > .zero ? $0 : nil }
        } text: { value in
            value.map { OptionDuration.text($0) } ?? "-1"
        }
    }

    /// The age of a cookie, whose plain number is in seconds as in `Max-Age`; negative: until the browser ends.
    static var cookieAge: Self {
        Self(
            placeholder: "duration",
            legal: "an age (seconds, or a number with ms, s, m or h), or -1 for until the browser ends"
        ) { text in
            OptionDuration.duration(text, plainUnit: .seconds(1)).map { $0 < .zero ? nil : $0 }
        } text: { value in
            value.map { OptionDuration.text($0) } ?? "-1"
        }
    }
}
