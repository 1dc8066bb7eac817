using EmailVerify.Core.Addresses;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Core.Tests.Verdicts;

public sealed class TestVerdictsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 10, 15, 40, TimeSpan.Zero);

    [Theory]
    [InlineData("jane", VerdictStatus.Deliverable, VerdictReason.AcceptedEmail)]
    [InlineData("deliverable", VerdictStatus.Deliverable, VerdictReason.AcceptedEmail)]
    [InlineData("role", VerdictStatus.Deliverable, VerdictReason.AcceptedEmail)]
    [InlineData("rejected-email", VerdictStatus.Undeliverable, VerdictReason.RejectedEmail)]
    [InlineData("Rejected-Email", VerdictStatus.Undeliverable, VerdictReason.RejectedEmail)]
    [InlineData("jane+rejected-email", VerdictStatus.Undeliverable, VerdictReason.RejectedEmail)]
    [InlineData("jane+a+rejected-email", VerdictStatus.Undeliverable, VerdictReason.RejectedEmail)]
    [InlineData("rejected-email+tag", VerdictStatus.Deliverable, VerdictReason.AcceptedEmail)]
    [InlineData("invalid-domain", VerdictStatus.Undeliverable, VerdictReason.InvalidDomain)]
    [InlineData("did-you-mean", VerdictStatus.Undeliverable, VerdictReason.InvalidDomain)]
    [InlineData("invalid-email", VerdictStatus.Undeliverable, VerdictReason.InvalidEmail)]
    [InlineData("low-quality", VerdictStatus.Risky, VerdictReason.Disposable)]
    [InlineData("disposable", VerdictStatus.Risky, VerdictReason.Disposable)]
    [InlineData("accept-all", VerdictStatus.Risky, VerdictReason.AcceptAll)]
    [InlineData("invalid-smtp", VerdictStatus.Unknown, VerdictReason.UnexpectedReply)]
    [InlineData("unexpected-error", VerdictStatus.Unknown, VerdictReason.UnexpectedReply)]
    [InlineData("unavailable-smtp", VerdictStatus.Unknown, VerdictReason.TemporaryFailure)]
    [InlineData("timeout", VerdictStatus.Unknown, VerdictReason.Timeout)]
    [InlineData("no-connect", VerdictStatus.Unknown, VerdictReason.NoConnect)]
    public void Answer_Word_IsItsVerdictAtOnce(string local, VerdictStatus status, VerdictReason reason)
    {
        var answer = Assert.IsType<TestAnswer.Settled>(TestVerdicts.Answer(Address(local), 0, Now));
        Assert.Equal((status, reason, TimeSpan.Zero), (answer.Verdict.Status, answer.Verdict.Reason, answer.After));
        Assert.Equal((VerdictSource.Test, Now, Now), (answer.Verdict.Source, answer.Verdict.FoundAt, answer.Verdict.FreshUntil));
    }

    [Fact]
    public void Answer_Slow_TakesSevenSeconds()
    {
        var answer = Assert.IsType<TestAnswer.Settled>(TestVerdicts.Answer(Address("slow"), 0, Now));
        Assert.Equal((TimeSpan.FromSeconds(7), Now.AddSeconds(7)), (answer.After, answer.Verdict.FoundAt));
    }

    [Fact]
    public void Answer_Greylisted_IsPutOffOnce()
    {
        Assert.Equal(new TestAnswer.PutOff(VerdictReason.Greylisted, TimeSpan.FromSeconds(60)), TestVerdicts.Answer(Address("greylisted"), 0, Now));
        var second = Assert.IsType<TestAnswer.Settled>(TestVerdicts.Answer(Address("greylisted"), 1, Now));
        Assert.Equal(VerdictReason.AcceptedEmail, second.Verdict.Reason);
    }

    [Fact]
    public void Answer_InsufficientBalance_IsRefused() =>
        Assert.IsType<TestAnswer.QuotaExceeded>(TestVerdicts.Answer(Address("insufficient-balance"), 0, Now));

    [Fact]
    public void Answer_EveryWord_HasOne() =>
        Assert.All(TestVerdicts.Words, word => Assert.NotNull(TestVerdicts.Answer(Address(word), 0, Now)));

    [Fact]
    public void Facts_OfWords_AreThoseThatTheyStandFor()
    {
        Assert.True(TestVerdicts.IsRole(Address("role")));
        Assert.False(TestVerdicts.IsRole(Address("jane")));
        Assert.Equal("did-you-mean@example.com", TestVerdicts.Suggestion(Address("did-you-mean", "example.net")));
        Assert.Equal("did-you-mean@example.org", TestVerdicts.Suggestion(Address("did-you-mean", "example.com")));
        Assert.Null(TestVerdicts.Suggestion(Address("jane")));
    }

    [Fact]
    public void TextVerdicts_AreOfSyntax()
    {
        var invalid = TextVerdicts.InvalidEmail(Now, TimeSpan.FromDays(1), "1");
        Assert.Equal((VerdictStatus.Undeliverable, VerdictReason.InvalidEmail, 0, Now.AddDays(1)), (invalid.Status, invalid.Reason, invalid.Score, invalid.FreshUntil));
        var literal = TextVerdicts.AddressLiteral(Now, "1");
        Assert.Equal((VerdictStatus.Unknown, VerdictReason.AddressLiteral, Now), (literal.Status, literal.Reason, literal.FreshUntil));
        Assert.All([invalid, literal], verdict => Assert.Equal(VerdictSource.Syntax, verdict.Source));
    }

    private static EmailAddress Address(string local, string domain = "example.com")
    {
        Assert.True(EmailAddress.TryParse($"{local}@{domain}", out var address));
        return address;
    }
}
