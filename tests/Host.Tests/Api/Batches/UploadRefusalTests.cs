using System.Net.Sockets;
using System.Text;
using EmailVerify.Core;
using EmailVerify.Core.Batches;

namespace EmailVerify.Host.Tests.Api.Batches;

public sealed class UploadRefusalTests
{
    private const string Csv = "text/csv";
    private const string Ndjson = "application/x-ndjson";
    private const string Json = "application/json";
    private static readonly UploadBounds Small = new(Rows: 1_500, Octets: 1_000_000, RowOctets: 1_000, Columns: 200);

    public static TheoryData<string, string, string, string> Refused => new()
    {
        { Csv, "", "", "malformed_upload" },
        { Csv, "", "email,name\r\n", "malformed_upload" },
        { Csv, "", "\r\n\r\n", "malformed_upload" },
        { Csv, "", "email\n" + new string('a', 2_000) + "\n", "malformed_upload" },
        { Csv, "", "email\n" + new string('a', 1_500_000), "malformed_upload" },
        { Csv, "", "email,name\na@b.example,x\n" + string.Join(',', Enumerable.Repeat("x", 201)) + "\n", "malformed_upload" },
        { Csv, "", "email\n" + string.Concat(Enumerable.Repeat("a@b.example\n", 1_501)), "too_many_rows" },
        { Csv, "", "email,x\n" + string.Concat(Enumerable.Repeat("a@b.example," + new string('x', 900) + "\n", 1_400)), "body_too_large" },
        { Csv, "", "one,two\nx,y\n", "column_ambiguous" },
        { Csv, "?column=mail", "email\na@b.example\n", "column_not_found" },
        { Csv, "?delimiter=x", "email\na@b.example\n", "validation_failed" },
        { Csv, "?header=perhaps", "email\na@b.example\n", "validation_failed" },
        { Csv, "?start=no&priority=first&max_age_seconds=-1", "email\na@b.example\n", "validation_failed" },
        { Csv, "?name=a&name=b", "email\na@b.example\n", "validation_failed" },
        { Csv, "?dedupe=false&drop_duplicates=true", "email\na@b.example\n", "validation_failed" },
        { "text/csv; header=maybe", "", "email\na@b.example\n", "validation_failed" },
        { "text/csv; charset=klingon", "", "email\na@b.example\n", "unsupported_media_type" },
        { "application/json; charset=latin1", "", "{}", "unsupported_media_type" },
        { "application/xml", "", "<a/>", "unsupported_media_type" },
        { Ndjson, "", "\"a@b.example\"\nnonsense\n", "malformed_upload" },
        { Ndjson, "", "17\n", "malformed_upload" },
        { Json, "", "{\"emails\":[\"a@b.example\"", "malformed_upload" },
        { Json, "", "[]", "validation_failed" },
        { Json, "", "{\"email\":\"a@b.example\"}", "validation_failed" },
        { Json, "", "{\"emails\":\"a@b.example\"}", "validation_failed" },
        { Json, "", "{\"emails\":[\"a@b.example\"],\"dedupe\":1}", "validation_failed" },
        { Json, "", "{\"emails\":[\"a@b.example\"],\"tag\":[]}", "validation_failed" },
        { "multipart/form-data", "", "x", "malformed_upload" },
        { "multipart/form-data; boundary=b", "", "--b\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\nno file\r\n--b--\r\n", "validation_failed" },
        { "multipart/form-data; boundary=b", "", "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a.csv\"\r\n\r\nemail\r\na@b.example\r\n", "malformed_upload" },
        { "multipart/form-data; boundary=b", "", "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a.exe\"\r\n\r\nMZ\r\n--b--\r\n", "unsupported_media_type" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Post_WhatCannotBeTaken_SaysWhyAndLeavesNothing(string type, string query, string body, string code)
    {
        await using var host = await BatchHost.StartAsync(Small);
        using var response = await host.UploadAsync(body, type, query);
        var problem = await response.ProblemAsync(code);
        Assert.Equal(0, host.Stored());
        if (code is "column_ambiguous" or "column_not_found")
            Assert.NotEmpty(problem[code is "column_ambiguous" ? "candidates" : "columns"]!.AsArray());
    }

    [Theory]
    [InlineData("", "name,ort\nx,y\n", "column_ambiguous", "No column seems to hold addresses. The file has \"name\", \"ort\".")]
    [InlineData("", "email,e-mail,ort\na@b.example,c@d.example,y\n", "column_ambiguous", "Several columns may hold the addresses: \"email\", \"e-mail\".")]
    [InlineData("?column=9", "name,email\nx,a@b.example\n", "column_not_found", "There is no column \"9\": the file has 2 (\"name\", \"email\").")]
    public async Task Post_UnclearColumn_SaysWhatIsAskedForAndWhatThereIs(string query, string body, string code, string sentence)
    {
        await using var host = await BatchHost.StartAsync();
        using var response = await host.UploadAsync(body, Csv, query);
        var problem = await response.ProblemAsync(code);
        Assert.Equal(sentence, (string?)problem["detail"]);
        Assert.Contains("number from 1", (string?)problem["errors"]![0]!["detail"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Post_UnclearColumnAmongManyWithLongNames_IsSaidShortly()
    {
        await using var host = await BatchHost.StartAsync();
        using var response = await host.UploadAsync(string.Join(',', Enumerable.Repeat(new string('n', 300), 100)) + "\nx\n", Csv);
        var problem = await response.ProblemAsync("column_ambiguous");
        Assert.InRange(((string)problem["detail"]!).Length, 1, 1_024);
        Assert.Equal(100, problem["candidates"]!.AsArray().Count);
    }

    [Fact]
    public async Task Post_BrokenRow_SaysRowAndByte()
    {
        await using var host = await BatchHost.StartAsync();
        using var response = await host.UploadAsync("\"a@b.example\"\n\"b@b.example\"\n{\n", Ndjson);
        var problem = await response.ProblemAsync("malformed_upload");
        Assert.Equal(3, (int?)problem["row"]);
        Assert.InRange((int)problem["byte"]!, 28, 31);
    }

    [Theory]
    [InlineData("email,name\na@b.example\nb@b.example,x,y\n", 2)]
    [InlineData("email,name\n\"a@b.example,x\nb@b.example,y\n", 2)]
    [InlineData("email\na@b.example\n", 1)]
    public async Task Post_OddCsv_IsMended(string body, int rows)
    {
        await using var host = await BatchHost.StartAsync();
        var id = await host.CreateAsync(body);
        Assert.Equal(rows, (await host.FindAsync(id)).Counts.Total);
    }

    [Fact]
    public async Task Post_TwoHundredColumns_AreTaken()
    {
        await using var host = await BatchHost.StartAsync(Small);
        var header = string.Join(',', Enumerable.Range(1, 199).Select(number => "c" + number)) + ",email";
        var id = await host.CreateAsync(header + "\n" + new string(',', 199) + "a@b.example\n");
        Assert.Equal((200, "email"), ((await host.FindAsync(id)).Columns.Length, (await host.FindAsync(id)).Column));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task Post_Bomb_IsRefusedEarly(string encoding)
    {
        await using var host = await BatchHost.StartAsync();
        var bomb = CreateBatchTests.Compress([.. "email\n"u8, .. Enumerable.Repeat("a@b.example\n"u8.ToArray(), 1_000_000).SelectMany(row => row)], encoding);
        using var response = await host.UploadAsync(bomb, Csv, "", ("Content-Encoding", encoding));
        _ = await response.ProblemAsync("expansion_too_large");
        Assert.Equal(0, host.Stored());
    }

    [Theory]
    [InlineData("gzip", true)]
    [InlineData("br", true)]
    [InlineData("gzip", false)]
    [InlineData("br", false)]
    public async Task Post_NotWhatIsSaid_IsMalformed(string encoding, bool isCut)
    {
        await using var host = await BatchHost.StartAsync();
        var rows = Encoding.UTF8.GetBytes("email\n" + string.Concat(Enumerable.Range(0, 5_000).Select(row => $"user{row * 7919}@b{row}.example\n")));
        var body = isCut ? CreateBatchTests.Compress(rows, encoding)[..^2_000] : rows;
        using var response = await host.UploadAsync(body, Csv, "", ("Content-Encoding", encoding));
        _ = await response.ProblemAsync("malformed_upload");
        Assert.Equal(0, host.Stored());
    }

    [Theory]
    [InlineData("zstd")]
    [InlineData("gzip, gzip")]
    public async Task Post_OtherEncoding_IsUnsupported(string encoding)
    {
        await using var host = await BatchHost.StartAsync();
        using var response = await host.UploadAsync("email\n", Csv, "", ("Content-Encoding", encoding));
        _ = await response.ProblemAsync("unsupported_encoding");
    }

    [Fact]
    public async Task Post_ALineWithoutEnd_IsRefusedBeforeItEnds()
    {
        await using var host = await BatchHost.StartAsync();
        using var client = await ConnectAsync(host);
        var stream = client.GetStream();
        await stream.WriteAsync(Head(host, "Content-Length: 1000000000"), TestContext.Current.CancellationToken);
        await stream.WriteAsync("email\n"u8.ToArray(), TestContext.Current.CancellationToken);
        await stream.WriteAsync(new byte[300_000], TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream);
        Assert.Equal("HTTP/1.1 400 Bad Request", await reader.ReadLineAsync(TestContext.Current.CancellationToken));
        Assert.Equal(0, host.Stored());
    }

    [Fact]
    public async Task Post_Cut_LeavesNothing()
    {
        await using var host = await BatchHost.StartAsync();
        using (var client = await ConnectAsync(host))
        {
            var stream = client.GetStream();
            await stream.WriteAsync(Head(host, "Content-Length: 1000000"), TestContext.Current.CancellationToken);
            await stream.WriteAsync(Encoding.ASCII.GetBytes("email\n" + string.Concat(Enumerable.Repeat("a@b.example\n", 60_000))), TestContext.Current.CancellationToken);
            await UntilAsync(() => host.Stored() > 5);
        }

        await UntilAsync(() => host.Stored() == 0);
    }

    [Theory]
    [InlineData("AppendAsync", "storage_unavailable", 503)]
    [InlineData("PublishAsync", "storage_full", 507)]
    public async Task Post_StoreFails_SaysSoAndLeavesNothing(string method, string code, int status)
    {
        await using var host = await BatchHost.StartAsync(stub: store => StubbedStore.Of(store, name => name.Equals(method, StringComparison.Ordinal)
            ? status == 507 ? new StorageFullException("full") : new StorageUnavailableException("away")
            : null));
        using var response = await host.UploadAsync("email\na@b.example\n");
        _ = await response.ProblemAsync(code);
        Assert.Equal((status, 0), ((int)response.StatusCode, host.Stored()));
    }

    [Fact]
    public async Task Post_TooLongByItsOwnWord_IsRefusedUnread()
    {
        await using var host = await BatchHost.StartAsync();
        using var client = await ConnectAsync(host);
        await client.GetStream().WriteAsync(Head(host, "Content-Length: 5000000000"), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(client.GetStream());
        Assert.Equal("HTTP/1.1 413 Payload Too Large", await reader.ReadLineAsync(TestContext.Current.CancellationToken));
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        for (var time = 0; time < 500 && !condition(); time++)
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.True(condition());
    }

    private static async Task<TcpClient> ConnectAsync(BatchHost host)
    {
        var client = new TcpClient();
        await client.ConnectAsync(host.Api.Client.BaseAddress!.Host, host.Api.Client.BaseAddress.Port, TestContext.Current.CancellationToken);
        return client;
    }

    private static byte[] Head(BatchHost host, string length) => Encoding.ASCII.GetBytes(
        $"POST /v1/batches HTTP/1.1\r\nHost: {host.Api.Client.BaseAddress!.Authority}\r\nAuthorization: Bearer {ApiHost.AdminKey}\r\nContent-Type: text/csv\r\n{length}\r\n\r\n");
}
