import Testing

@testable import cometd

@Suite("StartPage")
struct StartPageTests {
    @Test func `the page knows the server's path, and its script and style the nonce`() {
        let document = StartPage(path: "/bayeux").document(nonce: "n0nce")

        #expect(document.contains(#"data-path="/bayeux""#))
        #expect(document.contains(#"<script nonce="n0nce">"#))
        #expect(document.contains(#"<style nonce="n0nce">"#))
        #expect(!document.contains("<script>"))
    }

    @Test func `a path cannot leave its attribute`() {
        let document = StartPage(path: #"/"><script>alert('1')</script>&"#).document(nonce: "n")

        #expect(document.contains(#"data-path="/&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;""#))
    }

    @Test func `texts of others reach the page as texts only`() {
        for sink in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("] {
            #expect(!StartPage.script.contains(sink), "\(sink)")
        }
    }
}
