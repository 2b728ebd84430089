import CometDClient
import Testing

@Suite("BackOff")
struct BackOffTests {
    @Test func `a linear back-off grows to its limit`() {
        let backOff = BackOff.linear(increment: .seconds(2), max: .seconds(5), jitter: 0)
        #expect(
            [1, 2, 3, Int.max].map { backOff.delay(after: $0, chance: 1) } == [
                .seconds(2), .seconds(4), .seconds(5), .seconds(5),
            ]
        )
    }

    @Test func `a constant back-off stays`() {
        let backOff = BackOff.constant(.seconds(3), jitter: 0)
        #expect([1, 100].map { backOff.delay(after: $0, chance: 1) } == [.seconds(3), .seconds(3)])
    }

    @Test(arguments: [(0.0, 4000), (0.5, 3500), (1.0, 3000), (7.0, 3000), (-1.0, 4000)])
    func `chance takes a part of the delay`(chance: Double, milliseconds: Int) {
        let backOff = BackOff.constant(.seconds(4), jitter: 0.25)
        #expect(backOff.delay(after: 1, chance: chance) == .milliseconds(milliseconds))
    }

    @Test(arguments: [BackOff.constant(.zero), .constant(.seconds(-5)), .linear(increment: .zero), .linear(jitter: 9)])
    func `no back-off makes a client spin`(backOff: BackOff) {
        #expect(backOff.delay(after: 1, chance: 1) == .milliseconds(10))
    }
}
