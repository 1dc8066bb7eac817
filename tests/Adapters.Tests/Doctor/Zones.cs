using EmailVerify.Adapters.Tests.Dns;

namespace EmailVerify.Adapters.Tests.Doctor;

/// <summary>Names as data, for a DNS server. A name that is not there does not exist, unless it was said otherwise; one that is there has nothing of other types.</summary>
internal sealed class Zones
{
    private readonly Dictionary<(string Name, int Type), TestReply> replies = [];
    private readonly List<(string Suffix, Func<Asked, TestReply?> Answer)> wildcards = [];

    public Zones Host(string name, params string[] addresses)
    {
        foreach (var family in addresses.GroupBy(address => address.Contains(':', StringComparison.Ordinal) ? TestReply.Aaaa : TestReply.A))
            replies[(name, family.Key)] = TestReply.Of([.. family.Select(address => TestReply.Address(name, address))]);
        return this;
    }

    public Zones Mx(string name, params string[] hosts) => Add(name, TestReply.Mx, TestReply.Of([.. hosts.Select((host, at) => TestReply.Exchanger(name, at, host))]));

    public Zones Txt(string name, params string[] texts) => Add(name, TestReply.Txt, TestReply.Of([.. texts.Select(text => TestReply.Text(name, text))]));

    public Zones Ptr(string reverse, params string[] names) => Add(reverse, TestReply.Ptr, TestReply.Of([.. names.Select(name => TestReply.Pointer(reverse, name))]));

    /// <summary>A block list that works: the test entry, and these.</summary>
    public Zones BlockList(string zone, params string[] listed)
    {
        foreach (var reversed in listed.Append("2.0.0.127"))
            _ = Host($"{reversed}.{zone}", "127.0.0.2");
        return this;
    }

    public Zones Fails(string name, int type) => Add(name, type, TestReply.Failing(2));

    /// <summary>Answers for whatever is below a name; null is silence.</summary>
    public Zones Below(string suffix, Func<Asked, TestReply?> answer)
    {
        wildcards.Add((suffix, answer));
        return this;
    }

    public TestReply? Answer(Asked asked)
    {
        if (replies.TryGetValue((asked.Name, asked.Type), out var reply))
            return reply;
        if (replies.Keys.Any(key => string.Equals(key.Name, asked.Name, StringComparison.Ordinal)))
            return TestReply.Nothing();
        var (suffix, answer) = wildcards.FirstOrDefault(one => asked.Name.EndsWith(one.Suffix, StringComparison.Ordinal));
        return suffix is null ? TestReply.NoSuchName() : answer(asked);
    }

    private Zones Add(string name, int type, TestReply reply)
    {
        replies[(name, type)] = reply;
        return this;
    }
}
