using System.Globalization;
using EmailVerify.Core.Addresses;

namespace EmailVerify.Core.Tests.Addresses;

/// <summary>Guards of the lists in <c>schema/rules</c>: a refresh that goes wrong upstream fails here, not at a customer.</summary>
public sealed class RuleListTests
{
    // Written apart from the lists, so that a list cannot vouch for itself.
    private static readonly string[] LargeProviders =
    [
        "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "msn.com", "hotmail.co.uk", "hotmail.fr", "hotmail.de", "hotmail.it", "hotmail.es", "outlook.fr", "outlook.de",
        "yahoo.com", "yahoo.co.uk", "yahoo.fr", "yahoo.de", "yahoo.it", "yahoo.es", "yahoo.com.br", "yahoo.co.in", "yahoo.co.jp", "yahoo.ca", "ymail.com", "rocketmail.com", "aol.com", "aim.com",
        "icloud.com", "me.com", "mac.com", "proton.me", "protonmail.com", "pm.me", "gmx.de", "gmx.net", "gmx.at", "gmx.ch", "gmx.com", "web.de", "mail.com", "t-online.de", "freenet.de", "arcor.de",
        "posteo.de", "mailbox.org", "tutanota.com", "tuta.io", "orange.fr", "wanadoo.fr", "free.fr", "sfr.fr", "laposte.net", "libero.it", "virgilio.it", "alice.it", "tin.it", "tiscali.it",
        "terra.es", "telefonica.net", "sapo.pt", "btinternet.com", "sky.com", "virginmedia.com", "talktalk.net", "telenet.be", "skynet.be", "ziggo.nl", "planet.nl", "xs4all.nl", "bluewin.ch",
        "telia.com", "wp.pl", "o2.pl", "onet.pl", "interia.pl", "seznam.cz", "centrum.cz", "abv.bg", "mail.ru", "bk.ru", "inbox.ru", "list.ru", "yandex.ru", "yandex.com", "rambler.ru", "ukr.net",
        "qq.com", "foxmail.com", "163.com", "126.com", "sina.com", "sohu.com", "naver.com", "daum.net", "hanmail.net", "docomo.ne.jp", "nifty.com", "hinet.net", "rediffmail.com", "zoho.com",
        "bigpond.com", "optusnet.com.au", "xtra.co.nz", "comcast.net", "att.net", "verizon.net", "sbcglobal.net", "bellsouth.net", "cox.net", "charter.net", "rogers.com", "shaw.ca", "sympatico.ca",
        "uol.com.br", "bol.com.br", "terra.com.br", "fastmail.com", "hey.com", "hushmail.com",
    ];

    private static readonly string[] Relays =
    [
        "duck.com", "mozmail.com", "privaterelay.appleid.com", "simplelogin.com", "simplelogin.co", "aleeas.com", "slmail.me", "passmail.net", "anonaddy.com", "anonaddy.me", "addymail.com",
    ];

    public static TheoryData<string, int> Files => new()
    {
        { "disposable-domains.txt", 12_467 },
        { "free-domains.txt", 605 },
        { "mail-domains.txt", 474 },
        { "relay-domains.txt", 28 },
        { "role-local-parts.txt", 1_102 },
        { "suffix-typos.txt", 56 },
        { "country-domains.txt", 245 },
        { "popular-domains.txt", 144 },
        { "disposable-exchangers.txt", 5 },
        { "neighbour-domains.txt", 57 },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public void List_HasNotShrunk_AndItsHeaderTells(string file, int pinned)
    {
        using var reader = new StreamReader(RuleFile.Open(file));
        var all = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var header = all.TakeWhile(line => line[0] == '#').ToArray();
        var rows = all.Skip(header.Length).ToArray();

        Assert.True(rows.Length >= 0.95 * pinned, $"{file} has shrunk from {pinned} to {rows.Length}.");
        foreach (var word in (string[])["# source: ", "# version: ", "# licence: ", "# date: "])
            Assert.Contains(header, line => line.StartsWith(word, StringComparison.Ordinal));

        Assert.Contains("# count: " + rows.Length.ToString(CultureInfo.InvariantCulture), header, StringComparer.Ordinal);
        Assert.Equal(rows.Order(StringComparer.Ordinal).Distinct(StringComparer.Ordinal), rows, StringComparer.Ordinal);
    }

    [Fact]
    public void Lists_OfDomains_HoldCanonicalDomains()
    {
        DomainList[] lists = [DomainList.Disposable, DomainList.Free, DomainList.Large, DomainList.Relay, DomainList.Neighbours, DomainList.DisposableExchangers];
        Assert.All(lists.SelectMany(list => list.All), domain =>
        {
            Assert.Contains('.', domain);
            Assert.True(EmailAddress.TryParse("x@" + domain, out var address), domain);
            Assert.Equal(domain, address.Domain);
        });
    }

    [Fact]
    public void Disposable_HoldsNoLargeProvider_NoRelay_NoExample() =>
        Assert.All([.. LargeProviders, .. Relays, "example.com", "example.org", "example.net"], domain => Assert.False(DomainList.Disposable.Covers(domain), domain));

    [Fact]
    public void Lists_HoldWhatTheyAreFor()
    {
        Assert.All(LargeProviders, domain => Assert.True(DomainList.Large.Contains(domain) && DomainList.Free.Contains(domain), domain));
        Assert.All(Relays, domain => Assert.True(DomainList.Relay.Contains(domain), domain));
    }

    [Fact]
    public void DisposableExchangers_AreOfNoLargeProviderAndNoRelay() =>
        Assert.All(DomainList.DisposableExchangers.All, host => Assert.False(DomainList.Large.Covers(host) || DomainList.Relay.Covers(host) || DomainList.Disposable.Covers(host), host));

    [Fact]
    public void Neighbours_AreInNoOtherList() =>
        Assert.All(DomainList.Neighbours.All, domain => Assert.False(DomainList.Large.Contains(domain) || DomainList.Relay.Covers(domain), domain));

    [Fact]
    public void Popular_AreLargeDomainsWithShares() => Assert.All(RuleFile.ReadLines("popular-domains.txt"), line =>
    {
        Assert.True(line.Split(' ') is [var domain, var share] && DomainList.Large.Contains(domain) && int.Parse(share, CultureInfo.InvariantCulture) is >= 1 and <= 1_000, line);
    });

    [Fact]
    public void Free_IsNeitherDisposableNorARelay() =>
        Assert.All(DomainList.Free.All, domain => Assert.False(DomainList.Disposable.Covers(domain) || DomainList.Relay.Covers(domain) || domain.StartsWith("example.", StringComparison.Ordinal), domain));

    [Fact]
    public void RoleWords_AreLocalPartsOfAKnownClass() => Assert.All(RuleFile.ReadLines("role-local-parts.txt"), line =>
    {
        Assert.True(line.Split(' ') is ["noreply" or "system" or "department", { Length: 2 }, _], line);
        Assert.True(EmailAddress.TryParse(line.Split(' ')[2] + "@x.org", out _), line);
    });

    [Fact]
    public void Open_FileThatIsNotThere_Throws() => Assert.Throws<FileNotFoundException>(() => RuleFile.Open("nothing.txt"));
}
