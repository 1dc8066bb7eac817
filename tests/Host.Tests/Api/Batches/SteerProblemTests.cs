using System.Net;
using System.Text;
using EmailVerify.Core;
using EmailVerify.Host.Tests.OpenApi;

namespace EmailVerify.Host.Tests.Api.Batches;

/// <summary>What each operation that changes a batch refuses.</summary>
public sealed class SteerProblemTests
{
    private const string Unknown = "bat_00000000000000000000000000";
    private const string One = "email\na@b.example\n";

    [Theory]
    [InlineData("pause", """{"reason":5}""", "cancel")]
    [InlineData("resume", """{"reason":5}""", "cancel")]
    [InlineData("cancel", """{"reason":5}""", "finish")]
    [InlineData("retry", """{"reasons":["accepted_email"]}""", null)]
    public async Task Steer_WhatCannotBeDone_SaysWhy(string command, string wrong, string? before)
    {
        await using var host = await BatchHost.StartAsync();
        var id = await host.CreateAsync(One);
        await RefusedAsync(host, $"/v1/batches/{Unknown}/{command}", null, "not_found");
        await RefusedAsync(host, $"/v1/batches/{id}/{command}", wrong, "validation_failed");
        if (before is "cancel")
            using (await host.Api.SendAsync(HttpMethod.Post, $"/v1/batches/{id}/cancel", json: null))
            {
                // It has ended: nothing can be paused or resumed.
            }
        else if (before is "finish")
            await host.WorkAsync(id);
        await RefusedAsync(host, $"/v1/batches/{id}/{command}", null, "batch_state_conflict");

        using var deleted = await host.Api.SendAsync(HttpMethod.Delete, $"/v1/batches/{id}", json: null);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        await RefusedAsync(host, $"/v1/batches/{id}/{command}", null, "erased");
    }

    [Fact]
    public async Task Change_OnAFullDisk_IsRefused()
    {
        var isFull = false;
        await using var host = await BatchHost.StartAsync(stub: store => StubbedStore.Of(
            store, method => isFull && method is ("ChangeAsync" or "RetryAsync" or "EraseAsync") ? new StorageFullException("secret") : null));
        var (open, waiting, done) = (await host.CreateAsync(One), await host.CreateAsync(One, query: "?start=false"), await host.CreateAsync(One));
        await host.WorkAsync(done, _ => BatchHost.TimedOut);
        isFull = true;

        await RefusedAsync(host, $"/v1/batches/{open}/pause", null, "storage_full");
        await RefusedAsync(host, $"/v1/batches/{waiting}/resume", null, "storage_full");
        await RefusedAsync(host, $"/v1/batches/{open}/cancel", null, "storage_full");
        await RefusedAsync(host, $"/v1/batches/{done}/retry", null, "storage_full");
        using var patched = await host.Api.SendAsync(HttpMethod.Patch, $"/v1/batches/{open}", """{"name":"a"}""");
        _ = await patched.ProblemAsync("storage_full");
        using var deleted = await host.Api.SendAsync(HttpMethod.Delete, $"/v1/batches/{open}", json: null);
        _ = await deleted.ProblemAsync("storage_full");
    }

    [Fact]
    public async Task Events_OfNoBatch_AreNotFound()
    {
        await using var host = await BatchHost.StartAsync();
        using var response = await host.Api.GetAsync($"/v1/batches/{Unknown}/events", ("Accept", "text/event-stream"));
        _ = await response.ProblemAsync("not_found");
    }

    [Theory]
    [InlineData("", false, "bad_request")]
    [InlineData("", true, "request_timeout")]
    [InlineData("/preview", false, "bad_request")]
    [InlineData("/preview", true, "request_timeout")]
    public async Task Create_WithABodyThatNeverComes_IsRefused(string path, bool isSilent, string code)
    {
        await using var host = await BatchHost.StartAsync();
        RudeHandler.LosePatience(host.Api);
        using var client = RudeHandler.ClientOf(host.Api, isSilent);
        using var content = new StringContent("email", Encoding.UTF8, "text/csv");
        using var response = await client.PostAsync(new Uri("/v1/batches" + path, UriKind.Relative), content, TestContext.Current.CancellationToken);
        _ = await response.ProblemAsync(code);
    }

    private static async Task RefusedAsync(BatchHost host, string path, string? body, string code)
    {
        using var response = await host.Api.SendAsync(HttpMethod.Post, path, body);
        _ = await response.ProblemAsync(code);
    }
}
