using EmailVerify.Core.Addresses;

namespace EmailVerify.Core.Tests.Addresses;

public sealed class EmailAddressAllocationTests
{
    private const int Megabyte = 1 << 20;

    public static TheoryData<string> Refused => new(
        new string('a', Megabyte),
        new string('@', Megabyte),
        "\"" + new string('\\', Megabyte),
        "a@" + new string('.', Megabyte),
        new string('ü', Megabyte) + "@x.org",
        "a@" + new string('ü', Megabyte),
        string.Empty,
        "no at",
        "a..b@x.org",
        "\"a@x.org",
        "a\u200B@x.org",
        "a@x..org",
        "a@-x.org",
        "a@[1.2.3.999]",
        "a@[IPv6:1::2::3]",
        new string('a', 65) + "@x.org");

    [Theory]
    [MemberData(nameof(Refused))]
    public void TryParse_NoMailbox_AllocatesNothing(string text)
    {
        Assert.False(EmailAddress.TryParse(text, out _));
        Assert.Equal(0, Allocation.Of(() => _ = EmailAddress.TryParse(text, out _)));
    }

    [Theory]
    [InlineData("jane.doe@example.com", 0)]
    [InlineData("\"jane doe\"@example.com", 0)]
    [InlineData("jane@[192.0.2.1]", 0)]
    [InlineData("o\u0308@example.com", 96)] // the runtime's normalisation takes that, whatever the length
    public void TryParse_Mailbox_AllocatesTheResultOnly(string text, int beside)
    {
        var address = EmailAddress.Parse(text);
        var result = StringSize(address.LocalPart) + StringSize(address.Domain) + StringSize(address.Canonical) + 56 + beside;
        Assert.InRange(Allocation.Of(() => _ = EmailAddress.TryParse(text, out _)), 1, result);
    }

    [Theory]
    [InlineData("a@☃.example")]
    [InlineData("a@xn--a.example")]
    public void TryParse_BrokenIdn_AllocatesAFewShortStrings(string text) =>
        Assert.InRange(Allocation.Of(() => _ = EmailAddress.TryParse(text, out _)), 1, 4_096);

    [Fact]
    public void Lookups_WarmedUp_AllocateTheFlagsOnly()
    {
        var address = EmailAddress.Parse("sales+tag@a.b.c.mailinator.com");
        _ = AddressFlags.Of(address);
        Assert.InRange(Allocation.Of(() => _ = AddressFlags.Of(address)), 1, 40);
    }

    private static int StringSize(string text) => (22 + (2 * text.Length) + 7) / 8 * 8;
}
