/// Makes asterisks of words that nobody needs to read.
struct ChatWordFilter: Sendable {
    /// The words, in small letters.
    var words: Set<String> = ["bloody", "bugger", "crap", "damn", "dang"]

    /// The text with asterisks for the letters of such words, however they are written.
    ///
    /// A word is what stands between characters that are neither letters nor digits: "damned" is another one.
    func apply(to text: String) -> String {
        var result = ""
        var word = ""
        func endWord() {
            result += self.words.contains(word.lowercased()) ? String(repeating: "*", count: word.count) : word
            word = ""
        }
        for character in text {
            if character.isLetter || character.isNumber {
                word.append(character)
            } else {
                endWord()
                result.append(character)
            }
        }
        endWord()
        return result
    }
}
