using System.Text;
using CsCheck;
using EmailVerify.Core.Replies;

namespace EmailVerify.Core.Tests.Replies;

public sealed class ReplyMaskTests
{
    private static readonly ReplyMask Ours = new("jane@target.example", "probe@egress.example", "mail.egress.example", "192.0.2.7");

    [Theory]
    [InlineData("<jane@target.example>: User unknown", "<recipient>: User unknown")]
    [InlineData("JANE@Target.Example unknown", "<recipient> unknown")]
    [InlineData("No user 'jane' here", "No user '<recipient>' here")]
    [InlineData("Sender <probe@egress.example> refused", "Sender <sender> refused")]
    [InlineData("Client mail.egress.example[192.0.2.7] blocked", "Client <egress>[<egress>] blocked")]
    [InlineData("192.0.2.77 and 1192.0.2.7 are others", "192.0.2.77 and 1192.0.2.7 are others")]
    [InlineData("Ask postmaster@other.example.", "Ask <address>.")]
    [InlineData("\"John Doe\"@other.example left", "<address> left")]
    [InlineData("x@[192.0.2.1]: no", "<address>: no")]
    [InlineData("a @ b @", "a @ b @")]
    [InlineData("two\nlines\tand\u0000a\u0085b\u202Ec\u2028d", "two\nlines and a b c d")]
    public void Apply_Text_IsMasked(string text, string masked) => Assert.Equal(masked, Ours.Apply(new SmtpReply(550, null, text)).Text);

    [Fact]
    public void Apply_HalfAPair_IsReplaced() => Assert.Equal("bad \ufffd half", Ours.Apply(new SmtpReply(550, null, "bad \ud800 half")).Text);

    [Fact]
    public void Apply_Codes_AreKept()
    {
        var evidence = Ours.Apply(new SmtpReply(550, new EnhancedCode(5, 1, 1), ""));

        Assert.Equal((550, "5.1.1", ""), (evidence.Code, evidence.Enhanced, evidence.Text));
    }

    [Fact]
    public void Apply_NothingKnownOfUs_StillHidesAddresses() =>
        Assert.Equal("<address> x", new ReplyMask(null, null, null, null).Apply(new SmtpReply(550, null, "<jane@target.example> x")).Text);

    [Fact]
    public void Apply_AnIpv6AddressInAnotherSpelling_IsMasked() =>
        Assert.Equal("[<egress>] no", (Ours with { Address = "2001:db8::7" }).Apply(new SmtpReply(550, null, "[2001:DB8:0::7] no")).Text);

    [Theory]
    [InlineData("Client [192.0.2.7] and 192.0.2.77 and 192.0.2.7.", "Client [<egress>] and 192.0.2.77 and <egress>.")]
    [InlineData("https://help.example/?from=192.0.2.7&to=jane@target.example", "https://help.example/?from=<egress>&to=jane@target.example")]
    [InlineData("<jane@target.example> unknown", "<jane@target.example> unknown")]
    public void WithoutAddress_Text_HasAllElse(string text, string hidden) => Assert.Equal(hidden, Ours.WithoutAddress(new SmtpReply(550, null, text)).Text);

    [Fact]
    public void WithoutAddress_NothingToHide_IsTheSameReply()
    {
        var reply = new SmtpReply(550, null, "no");

        Assert.Same(reply, Ours.WithoutAddress(reply));
        Assert.Same(reply, (Ours with { Address = null }).WithoutAddress(reply));
    }

    [Fact]
    public void Apply_ACutThroughAPair_KeepsTextWhole() =>
        Assert.Equal(511, Ours.Apply(new SmtpReply(550, null, new string('x', 511) + "\U0001F600")).Text.Length);

    [Fact]
    public void Apply_WhateverTheText_IsShortWholeAndWithoutOurAddress() =>
        Gen.OneOf(Gen.String, Gen.OneOf("jane@target.example", "JANE@target.example", "<", ">", "probe@egress.example", "@", "\"", " ", "xx", "\ud83d", "\n"))
            .Array[0, 200].Select(string.Concat).Sample(text =>
            {
                var masked = Ours.Apply(new SmtpReply(550, null, text)).Text;
                return masked.Length <= ReplyMask.MaxText
                    && !masked.Contains("jane@target.example", StringComparison.OrdinalIgnoreCase)
                    && !masked.Contains("probe@egress.example", StringComparison.OrdinalIgnoreCase)
                    && masked.All(c => c == '\n' || !char.IsControl(c))
                    && string.Equals(Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(masked)), masked, StringComparison.Ordinal);
            });
}
