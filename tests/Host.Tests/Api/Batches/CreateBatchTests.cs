using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using EmailVerify.Core.Batches;

namespace EmailVerify.Host.Tests.Api.Batches;

public sealed class CreateBatchTests
{
    private const string Ndjson = "application/x-ndjson";
    private const string Json = "application/json";

    public static TheoryData<string, string> Files => new()
    {
        { "text/csv", "Name,E-Mail\r\nJane,jane@example.com\r\nJoe,joe@example.com\r\nJane again,jane@EXAMPLE.com\r\n,\r\n" },
        { "text/csv; charset=utf-16", "" },
        { Ndjson, "\"jane@example.com\"\n{\"email\":\"joe@example.com\"}\n\"jane@example.com\"\n\"\"\n" },
        { Json, """{"emails":["jane@example.com",{"email":"joe@example.com","city":"Köln"},"jane@example.com",""]}""" },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Post_EachFormat_IsAcceptedAndDurable(string type, string body)
    {
        await using var host = await BatchHost.StartAsync();
        var octets = type.EndsWith("utf-16", StringComparison.Ordinal)
            ? [0xFF, 0xFE, .. Encoding.Unicode.GetBytes("mail\njane@example.com\njoe@example.com\njane@example.com\n\"\"\n")]
            : Encoding.UTF8.GetBytes(body);
        using var response = await host.UploadAsync(octets, type, "?name=a+list&tag=t&priority=high&max_age_seconds=60&unheard=of");

        var json = await response.JsonAsync();
        Assert.Equal(202, (int)response.StatusCode);
        var id = (string)json["id"]!;
        Assert.Equal("/v1/batches/" + id, response.Header("Location"));
        Assert.Equal(("queued", "a list", "t", "high"), ((string?)json["status"], (string?)json["name"], (string?)json["tag"], (string?)json["priority"]));
        Assert.Equal(
            """{"total":4,"done":0,"deliverable":0,"undeliverable":0,"risky":0,"unknown":0,"unique":3,"duplicates":1,"retrying":0,"without_address":1}""",
            json["counts"]!.ToJsonString());
        Assert.Equal(TimeSpan.FromSeconds(60), (await host.FindAsync(id)).MaxAge);
        Assert.Equal(id, Assert.Single(host.Grains.Woken));
    }

    [Fact]
    public async Task Post_Answer_IsAsTheReferenceShows()
    {
        await using var host = await BatchHost.StartAsync();
        using var response = await host.UploadAsync("E-Mail,City\r\njane@example.com,Bonn\r\n");
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var id = response.Header("Location")["/v1/batches/".Length..];
        Assert.Equal(
            $$$"""{"id":"{{{id}}}","status":"queued","name":null,"tag":null,"round":1,"priority":"normal","counts":{"total":1,"done":0,"deliverable":0,"undeliverable":0,"risky":0,"unknown":0,"unique":1,"duplicates":0,"retrying":0,"without_address":0},"eta":null,"pause":null,"warnings":[],"column":"E-Mail","columns":["E-Mail","City"],"delimiter":",","created_at":"2026-11-24T10:15:40.912Z","started_at":null,"finished_at":null,"expires_at":"2027-02-22T10:15:40.912Z","erased_at":null,"links":{"self":"/v1/batches/{{{id}}}","results":"/v1/batches/{{{id}}}/results","events":"/v1/batches/{{{id}}}/events"}}""",
            text);
        Assert.Equal(text, await host.TextAsync("/v1/batches/" + id));
    }

    [Theory]
    [InlineData("?dedupe=false", "", 3, 3, 0)]
    [InlineData("?drop_duplicates=true", "", 2, 2, 1)]
    [InlineData("", ""","dedupe":false""", 3, 3, 0)]
    [InlineData("", ""","drop_duplicates":true,"name":"n" """, 2, 2, 1)]
    public async Task Post_Duplicates_AreCountedAsAsked(string query, string members, int total, int unique, int duplicates)
    {
        await using var host = await BatchHost.StartAsync();
        var id = await host.CreateAsync($$"""{"emails":["a@b.example","c@b.example","a@b.example"]{{members}}}""", Json, query);
        var counts = (await host.FindAsync(id)).Counts;
        Assert.Equal((total, unique, duplicates), (counts.Total, counts.Unique, counts.Duplicates));
    }

    [Fact]
    public async Task Post_StartFalse_WaitsUntilItIsResumed()
    {
        await using var host = await BatchHost.StartAsync();
        var id = await host.CreateAsync("email\na@b.example\n", query: "?start=false");
        Assert.Empty(host.Grains.Woken);
        Assert.Equal(new BatchPause(BatchPauser.Customer, "start=false"), (await host.FindAsync(id)).Pause);

        using var resumed = await host.Api.SendAsync(HttpMethod.Post, $"/v1/batches/{id}/resume", json: null);
        Assert.Equal(("queued", null), ((string?)(await resumed.JsonAsync())["status"], (await host.FindAsync(id)).Pause));
    }

    [Fact]
    public async Task Post_ManyChunks_AreStoredInOrder()
    {
        await using var host = await BatchHost.StartAsync();
        var id = await host.CreateAsync("email\n" + string.Concat(Enumerable.Range(1, 2_500).Select(row => $"user{row % 2_000}@b.example\n")));
        await host.WorkAsync(id);
        var batch = await host.FindAsync(id);
        Assert.Equal((2_500, 2_500, 2_000, 500), (batch.Counts.Total, batch.Counts.Done, batch.Counts.Unique, batch.Counts.Duplicates));
        var last = await host.Sqlite.ReadAsync(batch, 2, withEvidence: false, TestContext.Current.CancellationToken);
        Assert.Equal((2_500L, "user500@b.example", 500L), (last[^1].Number, last[^1].Input.Email, last[^1].RepeatOf));
    }

    [Fact]
    public async Task Post_LongJson_IsReadWithWhatStandsBeforeItsRows()
    {
        await using var host = await BatchHost.StartAsync();
        var rows = string.Join(',', Enumerable.Range(0, 70_000).Select(row => $$"""{"mail":"user{{row}}@b.example","x":"{{new string('x', 40)}}"}"""));
        var id = await host.CreateAsync($$"""{"column":"mail","dedupe":false,"emails":[{{rows}}],"name":"late"}""", Json);
        var batch = await host.FindAsync(id);
        Assert.Equal((70_000, 0, "late", "mail"), (batch.Counts.Total, batch.Counts.WithoutAddress, batch.Name, batch.Column));

        using var late = await host.UploadAsync($$"""{"emails":[{{rows}}],"dedupe":false}""", Json);
        Assert.Equal("/dedupe", (string?)(await late.ProblemAsync("validation_failed"))["errors"]![0]!["pointer"]);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task Post_Compressed_IsExpanded(string encoding)
    {
        await using var host = await BatchHost.StartAsync();
        using var response = await host.UploadAsync(Compress("email\na@b.example\nb@b.example\n"u8.ToArray(), encoding), "text/csv", "", ("Content-Encoding", encoding));
        Assert.Equal(2, (int?)(await response.JsonAsync())["counts"]!["total"]);
    }

    [Theory]
    [InlineData("list.csv", "text/csv", "mail;x\na@b.example;1\n", "delimiter=;")]
    [InlineData("C:\\lists\\list.csv", "application/vnd.ms-excel", "mail\na@b.example\n", "")]
    [InlineData("list.ndjson", "application/octet-stream", "\"a@b.example\"\n", "tag=late")]
    public async Task Post_Form_TakesTheFileAndFields(string file, string type, string body, string field)
    {
        await using var host = await BatchHost.StartAsync();
        using var form = new MultipartFormDataContent();
        var part = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        part.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        var isLate = field.StartsWith("tag", StringComparison.Ordinal);
        if (field.Length > 0 && !isLate)
            form.Add(new StringContent(field.Split('=')[1]), "delimiter");
        form.Add(part, "file", file);
        if (isLate)
            form.Add(new StringContent("late"), "tag");

        using var response = await host.UploadAsync(form);
        var json = await response.JsonAsync();
        Assert.Equal(202, (int)response.StatusCode);
        Assert.Equal((Path.GetFileName(file.Replace('\\', '/')), isLate ? "late" : null), ((string?)json["name"], (string?)json["tag"]));
        Assert.Equal(1, (int?)json["counts"]!["total"]);
    }

    [Fact]
    public async Task Post_GrainThatCannotBeWoken_IsNoFailure()
    {
        await using var host = await BatchHost.StartAsync();
        host.Grains.Failure = new TimeoutException("late");
        var id = await host.CreateAsync("email\na@b.example\n");
        Assert.Equal(BatchStatus.Queued, (await host.FindAsync(id)).Status);
        Assert.Equal("queued", (string?)(await host.JsonAsync("/v1/batches/" + id))["status"]);
    }

    [Fact]
    public async Task Post_MoreOpenBatchesThanAllowed_IsRefused()
    {
        await using var host = await BatchHost.StartAsync();
        for (var time = 0; time < 100; time++)
            _ = await host.CreateAsync("email\na@b.example\n", query: "?start=false");
        using var response = await host.UploadAsync("email\na@b.example\n");
        _ = await response.ProblemAsync("too_many_open_batches");
        Assert.Equal(429, (int)response.StatusCode);
    }

    [Fact]
    public async Task Post_TestKey_MakesABatchOfItsOwnWorld()
    {
        await using var host = await BatchHost.StartAsync();
        var key = await host.Api.KeyAsync(test: true);
        using var content = new StringContent("email\na@b.example\n", Encoding.UTF8, "text/csv");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/batches") { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var response = await host.Api.Client.SendAsync(request, TestContext.Current.CancellationToken);
        var location = response.Header("Location");
        using var foreign = await host.Api.GetAsync(location);
        _ = await foreign.ProblemAsync("not_found");
        using var own = await host.Api.GetAsync(location, ("Authorization", "Bearer " + key));
        Assert.Equal(200, (int)own.StatusCode);
    }

    internal static byte[] Compress(byte[] octets, string encoding)
    {
        using var compressed = new MemoryStream();
        using (Stream stream = encoding is "br" ? new BrotliStream(compressed, CompressionLevel.Fastest) : new GZipStream(compressed, CompressionLevel.Optimal))
            stream.Write(octets);
        return compressed.ToArray();
    }
}
