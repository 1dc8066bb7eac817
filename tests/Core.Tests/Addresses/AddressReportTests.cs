using EmailVerify.Core.Addresses;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Core.Tests.Addresses;

public sealed class AddressReportTests
{
    [Fact]
    public void Of_Mailbox_TellsAllOfIt()
    {
        var report = AddressReport.Of("Sales@GMIAL.com");

        Assert.Equal(new AddressReport("Sales@GMIAL.com", Valid: true, Reason: null, Detail: null, "Sales@gmial.com", "Sales@gmail.com", report.Flags), report);
        Assert.True(report.Flags!.Role);
    }

    [Fact]
    public void Of_Literal_IsValidWithAReason()
    {
        var report = AddressReport.Of("a@[192.0.2.1]");

        Assert.True(report.Valid);
        Assert.Equal(VerdictReason.AddressLiteral, report.Reason);
        Assert.Null(report.Detail);
    }

    [Fact]
    public void Of_NoMailbox_SaysWhy()
    {
        var report = AddressReport.Of("a@b@c");

        Assert.Equal(new AddressReport("a@b@c", Valid: false, VerdictReason.InvalidEmail, "There is more than one @.", Canonical: null, DidYouMean: null, Flags: null), report);
    }

    [Theory]
    [InlineData(" jane@example.com\r\n", "jane@example.com")]
    [InlineData("jane@example.com.", "jane@example.com")]
    [InlineData("<jane@example.com>", "jane@example.com")]
    [InlineData("mailto:jane@example.com", "jane@example.com")]
    [InlineData("jane@gmial.com,", "jane@gmail.com")]
    [InlineData("jane@gmail,com", "jane@gmail.com")]
    [InlineData("jane@gmail..com", "jane@gmail.com")]
    [InlineData("jane@@gmail.com", "jane@gmail.com")]
    [InlineData("jane@.gmail.com", "jane@gmail.com")]
    [InlineData("jane @ gmail. com", "jane@gmail.com")]
    [InlineData("jane@gmial .con", "jane@gmail.com")]
    [InlineData("\uFEFFjane@gmail.com", "jane@gmail.com")]
    [InlineData("jane@gmail.com\u200B", "jane@gmail.com")]
    [InlineData("jane@gma\u00ADil.com", "jane@gmail.com")]
    [InlineData("jane@gmail.com\u00A0", "jane@gmail.com")]
    [InlineData("ja\u200Bne@gmail.com", null)]
    [InlineData("jane@doe@example..com", null)]
    [InlineData("jane@[192.0.2.1] ", null)]
    [InlineData("jane..doe@gmail..com", null)]
    [InlineData("jane doe@example.com", null)]
    [InlineData(" ", null)]
    [InlineData("<>", null)]
    public void Of_AddressWithSomethingAround_SuggestsWhatIsInside(string input, string? suggestion)
    {
        var report = AddressReport.Of(input);

        Assert.False(report.Valid);
        Assert.Equal(suggestion, report.DidYouMean);
    }

    [Fact]
    public void Of_AMegabyte_IsRefusedAtOnce() => Assert.Equal(AddressFaults.Explain(AddressFault.TooLong), AddressReport.Of(new string(' ', 1 << 20)).Detail);

    [Theory]
    [InlineData("Foo.Bar+news@GoogleMail.com", "foobar@gmail.com")]
    [InlineData("Foo.Bar+news@outlook.com", "foo.bar@outlook.com")]
    [InlineData("Foo.Bar+news@Example.COM", "Foo.Bar+news@example.com")]
    public void Of_SpellingsOfOneMailbox_ShareTheCanonicalFormOfItsProvider(string input, string canonical) => Assert.Equal(canonical, AddressReport.Of(input).Canonical);
}
