using System.Net.Http.Headers;
using System.Net.Http.Json;
using RealTimeActors.Edge.Tests.Support;
using RealTimeActors.Engine.Access;

namespace RealTimeActors.Edge.Tests.HttpApi;

public sealed class ProofAccessTests
{
    [Theory]
    [InlineData("/v1/channels/a.b/events/1/proof", null, Rights.None, 401)]
    [InlineData("/v1/channels/a.b/events/1/proof", "a.>", Rights.Publish, 403)]
    [InlineData("/v1/channels/a.b/events/1/proof", "b.>", Rights.All, 403)]
    [InlineData("/v1/channels/a.b/events/1/proof", "a.>", Rights.History, 200)]
    [InlineData("/v1/checkpoints/key", null, Rights.None, 401)]
    [InlineData("/v1/checkpoints/key", "a.>", Rights.Publish, 200)]
    [InlineData("/v1/checkpoints/latest?heads=true", "a.>", Rights.Admin, 403)]
    [InlineData("/v1/checkpoints/1", null, Rights.None, 401)]
    public async Task Whoever_may_read_the_event_may_have_it_proven_and_the_names_of_all_channels_are_for_administrators(string address, string? pattern, Rights rights, int status)
    {
        await using var server = await SecuredServer.StartWithTokensAsync();
        server.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", SecuredServer.Token());
        using var published = await server.Http.PostAsJsonAsync("/v1/channels/a.b/events", new { type = "t", data = 1 });
        Assert.Equal(201, (int)published.StatusCode);

        server.Http.DefaultRequestHeaders.Authorization = pattern is null ? null : new AuthenticationHeaderValue("Bearer", SecuredServer.Token("u2", pattern, rights));
        using var response = await server.Http.GetAsync(address);

        Assert.Equal(status, (int)response.StatusCode);
    }
}
