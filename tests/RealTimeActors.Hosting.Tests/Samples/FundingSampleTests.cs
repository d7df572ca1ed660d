using System.Net.Http.Json;
using System.Text.Json;

namespace RealTimeActors.Hosting.Tests.Samples;

/// <summary>The sample application as its users meet it: over HTTP, and killed.</summary>
public sealed class FundingSampleTests
{
    [Fact]
    public async Task The_list_of_grants_is_exactly_that_of_the_log_however_often_the_process_is_killed()
    {
        await using var sample = new FundingProcess();
        for (var life = 0; life < 4; life++)
        {
            await sample.StartAsync();
            var offset = await sample.PostAsync($"/grants/g{life}?amount=1000");
            for (var i = 0; i < 20; i++)
                offset = await sample.PostAsync($"/grants/g{i % (life + 1)}/raise?by={i}.5");

            // The list may be anywhere between the last life and the last event when it is hit.
            if (life % 2 == 1)
                await ListAsync(sample, offset);
            await sample.KillAsync();
        }

        await sample.StartAsync();
        var log = (await sample.Http.GetFromJsonAsync<JsonElement>("/v1/channels/funding.grants/events?from=earliest&limit=1000")).GetProperty("items").EnumerateArray().ToArray();
        var list = await ListAsync(sample, log.Length);

        Assert.Equal(84, log.Length);
        Assert.Equal(84, list.GetProperty("offset").GetInt64());
        Assert.Equal(Fold(log), list.GetProperty("amounts").EnumerateObject().ToDictionary(grant => grant.Name, grant => grant.Value.GetDecimal()));
        Assert.Equal("Healthy", await sample.Http.GetStringAsync("/health"));
    }

    private static Task<JsonElement> ListAsync(FundingProcess sample, long after) => sample.Http.GetFromJsonAsync<JsonElement>($"/grants?after={after}");

    private static Dictionary<string, decimal> Fold(IEnumerable<JsonElement> log)
    {
        var amounts = new Dictionary<string, decimal>();
        foreach (var data in log.Select(e => (Type: e.GetProperty("type").GetString(), Data: e.GetProperty("data"))))
        {
            var id = data.Data.GetProperty("id").GetString()!;
            amounts[id] = data.Type == "grant.opened" ? data.Data.GetProperty("amount").GetDecimal() : amounts[id] + data.Data.GetProperty("by").GetDecimal();
        }

        return amounts;
    }
}
