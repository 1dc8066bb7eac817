using System.IO.Compression;

namespace EmailVerify.Host.Tests.Api.Batches;

public sealed class CompressionTests
{
    [Theory]
    [InlineData("gzip", "application/x-ndjson")]
    [InlineData("br", "text/csv")]
    [InlineData("gzip, br;q=0.5", "application/json")]
    public async Task Results_ForWhoAsks_AreTheSameInFewerOctets(string accepted, string type)
    {
        await using var host = await BatchHost.StartAsync();
        var path = $"/v1/batches/{await FinishedAsync(host)}/results";
        using var plain = await host.Api.GetAsync(path, ("Accept", type));
        using var small = await host.Api.GetAsync(path, ("Accept", type), ("Accept-Encoding", accepted));

        var octets = await small.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        var expected = await plain.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        var encoding = Assert.Single(small.Content.Headers.ContentEncoding);
        Assert.Equal(expected, Unpack(octets, encoding));
        Assert.InRange(octets.Length, 1, expected.Length / 4);
        Assert.Empty(plain.Content.Headers.ContentEncoding);
        Assert.Contains("Accept-Encoding", small.Headers.Vary, StringComparer.Ordinal);
        Assert.Equal($"{plain.Headers.ETag!.Tag[..^1]}.{encoding}\"", small.Headers.ETag!.Tag);
    }

    [Fact]
    public async Task Results_TheTagOfACompressedAnswer_StandsForTheSameResults()
    {
        await using var host = await BatchHost.StartAsync();
        var path = $"/v1/batches/{await FinishedAsync(host)}/results?format=ndjson";
        using var small = await host.Api.GetAsync(path, ("Accept-Encoding", "br"));
        var tag = small.Headers.ETag!.Tag;

        using var rest = await host.Api.GetAsync(path + "&after=150", ("If-Match", tag));
        Assert.Equal(50, (await rest.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Count(one => one == '\n'));
        using var same = await host.Api.GetAsync(path, ("If-None-Match", tag), ("Accept-Encoding", "br"));
        Assert.Equal((304, tag), ((int)same.StatusCode, same.Headers.ETag?.Tag));
        using var other = await host.Api.GetAsync(path, ("If-Match", "\"another.br\""));
        Assert.Equal(412, (int)other.StatusCode);
        using var weak = await host.Api.GetAsync(path, ("If-Match", "W/" + tag));
        Assert.Equal(412, (int)weak.StatusCode);
    }

    [Fact]
    public async Task SmallAnswer_StaysAsItIs()
    {
        await using var host = await BatchHost.StartAsync();
        using var response = await host.Api.GetAsync("/v1/batches/bat_none", ("Accept-Encoding", "gzip"));
        _ = await response.ProblemAsync("not_found");
        using var batch = await host.Api.GetAsync("/v1/batches/" + await FinishedAsync(host), ("Accept-Encoding", "gzip"));
        Assert.Equal((200, 0, 0), ((int)batch.StatusCode, response.Content.Headers.ContentEncoding.Count, batch.Content.Headers.ContentEncoding.Count));
    }

    [Fact]
    public async Task Events_AreNeverCompressed()
    {
        await using var host = await BatchHost.StartAsync();
        using var response = await host.Api.GetAsync($"/v1/batches/{await FinishedAsync(host)}/events", ("Accept", "text/event-stream"), ("Accept-Encoding", "gzip, br"));
        Assert.Empty(response.Content.Headers.ContentEncoding);
        Assert.Contains("event: end", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    private static async Task<string> FinishedAsync(BatchHost host)
    {
        var id = await host.CreateAsync("email\r\n" + string.Concat(Enumerable.Range(1, 200).Select(row => $"jane{row}@example.com\r\n")));
        await host.WorkAsync(id);
        return id;
    }

    private static byte[] Unpack(byte[] octets, string encoding)
    {
        using var packed = new MemoryStream(octets);
        using Stream unpacking = encoding is "br" ? new BrotliStream(packed, CompressionMode.Decompress) : new GZipStream(packed, CompressionMode.Decompress);
        using var plain = new MemoryStream();
        unpacking.CopyTo(plain);
        return plain.ToArray();
    }
}
