using EmailVerify.Core.Addresses;

namespace EmailVerify.Core.Tests.Addresses;

public sealed class MailboxFoldingTests
{
    [Theory]
    [InlineData("Jane.Doe+news@GoogleMail.com", "janedoe@gmail.com")]
    [InlineData("j.a.n.e@gmail.com", "jane@gmail.com")]
    [InlineData("jane+a+b@gmail.com", "jane@gmail.com")]
    [InlineData("+jane@gmail.com", "+jane@gmail.com")]
    [InlineData("Jane.Doe+x@outlook.com", "jane.doe@outlook.com")]
    [InlineData("Jane.Doe+x@proton.me", "jane.doe@proton.me")]
    [InlineData("Jane+x@fastmail.com", "jane@fastmail.com")]
    [InlineData("Jane.Doe-shop@yahoo.com", "jane.doe-shop@yahoo.com")]
    [InlineData("Jane+x@icloud.com", "jane+x@icloud.com")]
    [InlineData("Jane@me.com", "jane@me.com")]
    public void Key_ProviderThatIgnoresTheDifference_IsOne(string text, string key) => Assert.Equal(key, EmailAddress.Parse(text).Key);

    [Theory]
    [InlineData("Jane.Doe+news@example.com")]
    [InlineData("Jane.Doe@sub.gmail.com")]
    [InlineData("\"jane doe\"@gmail.com")]
    [InlineData("Jáne.Doe@gmail.com")]
    [InlineData("Jane@[192.0.2.1]")]
    public void Key_Elsewhere_IsTheCanonicalForm(string text)
    {
        var address = EmailAddress.Parse(text);
        Assert.Equal(address.Canonical, address.Key);
    }

    [Fact]
    public void Canonical_OfAFoldedAddress_KeepsWhatWasGiven() => Assert.Equal("Jane.Doe+news@gmail.com", EmailAddress.Parse("Jane.Doe+news@gmail.com").Canonical);
}
