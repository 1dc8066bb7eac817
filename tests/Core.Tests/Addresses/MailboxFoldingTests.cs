using System.Globalization;
using System.Text.Json;
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
    [InlineData("Jane.Doe+x@proton.me", "janedoe@proton.me")]
    [InlineData("Jane_Doe-x@protonmail.com", "janedoex@protonmail.com")]
    [InlineData("Jane.Doe+x@hotmail.co.uk", "jane.doe@hotmail.co.uk")]
    [InlineData("Jane.Doe+x@live.fr", "jane.doe@live.fr")]
    [InlineData("Jane.Doe+x@ya.ru", "jane.doe@yandex.ru")]
    [InlineData("jane-doe@yandex.com", "jane-doe@yandex.ru")]
    [InlineData("shop@Jane.fastmail.com", "jane@fastmail.com")]
    [InlineData("Jane+x@fastmail.com", "jane@fastmail.com")]
    [InlineData("Jane.Doe-shop@yahoo.com", "jane.doe-shop@yahoo.com")]
    [InlineData("Jane+x@icloud.com", "jane@icloud.com")]
    [InlineData("Jane@me.com", "jane@me.com")]
    public void Key_ProviderThatIgnoresTheDifference_IsOne(string text, string key) => Assert.Equal(key, EmailAddress.Parse(text).Key);

    [Theory]
    [InlineData("Jane.Doe+news@example.com")]
    [InlineData("Jane.Doe@sub.gmail.com")]
    [InlineData("shop@jane-doe.fastmail.com")] // jane-doe or jane_doe
    [InlineData("shop@a.jane.fastmail.com")]
    [InlineData("Jane+x@zoho.com")]
    [InlineData("-_-@proton.me")]
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

    [Fact]
    public void Key_OfAKey_IsItself() => Assert.All(
        (string[])["Jane.Doe+x@gmail.com", "Jane.Doe+x@ya.ru", "shop@Jane.fastmail.com", "J_a-n.e+x@proton.me", "Jane+x@msn.com"],
        text => Assert.Equal(EmailAddress.Parse(text).Key, EmailAddress.Parse(EmailAddress.Parse(text).Key).Key));

    [Fact]
    public void Rows_HaveASourceAndADate_AndAreOfLargeProviders()
    {
        using var stream = RuleFile.Open("mailbox-folding.json");
        using var document = JsonDocument.Parse(stream, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip });
        Assert.All(document.RootElement.GetProperty("providers").EnumerateArray(), row =>
        {
            Assert.NotEmpty(row.GetProperty("source").GetString()!);
            Assert.True(DateOnly.TryParseExact(row.GetProperty("date").GetString(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _));
            Assert.All(row.GetProperty("domains").EnumerateArray(), domain => Assert.True(DomainList.Large.Contains(domain.GetString()), domain.GetString()));
        });
    }
}
