using EmailVerify.Core.Verdicts;
using EmailVerify.Host.Api.Verifications;

namespace EmailVerify.Host.Tests.Api;

public sealed class ExplanationTests
{
    public static TheoryData<VerdictReason> Reasons => [.. Enum.GetValues<VerdictReason>()];

    [Theory]
    [MemberData(nameof(Reasons))]
    public void Of_EveryReason_IsOneSentence(VerdictReason reason)
    {
        Assert.All([Explanations.Of(reason, "example.com"), Explanations.Of(reason, domain: null)], text => Assert.Matches(@"^[^\n]{10,200}\.$", text));
        Assert.Matches(@"^[^\n]{10,200}\.$", Explanations.Of(new Pending(ApiHost.Start, reason, ApiHost.Start, ApiHost.Start), "example.com"));
    }

    [Fact]
    public void Of_DnsErrorInTheSandbox_SaysThatTheDomainMayNotBeThere()
    {
        Assert.Contains("example.com", Explanations.Of(VerdictReason.DnsError, "example.com", inSandbox: true), StringComparison.Ordinal);
        Assert.Contains("not in the sandbox", Explanations.Of(VerdictReason.DnsError, "example.com", inSandbox: true), StringComparison.Ordinal);
        Assert.DoesNotContain("sandbox", Explanations.Of(VerdictReason.DnsError, "example.com"), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_NoEgress_NamesTheSettings()
    {
        var text = Explanations.Of(VerdictReason.NoEgress, "example.com");
        Assert.Contains("EmailVerify:Egresses:0:HeloName", text, StringComparison.Ordinal);
        Assert.Contains("EmailVerify:Egresses:0:MailFrom", text, StringComparison.Ordinal);
    }

    // What a wait is for: nothing is said of a server that was not asked, nor that one was silent which answered.
    [Theory]
    [InlineData(VerdictReason.NoEgress, "sender identities rest")]
    [InlineData(VerdictReason.DnsError, "The DNS did not tell")]
    [InlineData(VerdictReason.BlockedByPolicy, "refused us, not the mailbox")]
    [InlineData(VerdictReason.UnexpectedReply, "says nothing about the mailbox")]
    [InlineData(VerdictReason.AcceptAll, "not known yet")]
    [InlineData(VerdictReason.TemporaryFailure, "could not answer for now")]
    public void Of_WhatIsWaitedFor_SaysWhatHappened(VerdictReason cause, string expected) =>
        Assert.Contains(expected, Explanations.Of(new Pending(ApiHost.Start, cause, ApiHost.Start, ApiHost.Start), "example.com"), StringComparison.Ordinal);

    [Fact]
    public void Of_EveryReason_IsItsOwn()
    {
        var texts = Enum.GetValues<VerdictReason>().Select(reason => Explanations.Of(reason, "example.com")).ToList();
        Assert.Distinct(texts, StringComparer.Ordinal);
    }
}
