using System.Diagnostics;
using System.Net.Http.Headers;
using RealTimeActors.Edge.Tests.Support;

namespace RealTimeActors.Edge.Tests.Metrics;

/// <summary>Reads <c>/metrics</c> as Prometheus does.</summary>
internal static class Scraping
{
    internal static async Task<StrictExposition> ScrapeAsync(this HttpClient http, string accept = "text/plain;version=0.0.4")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        request.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse(accept));
        using var response = await http.SendAsync(request);
        Assert.True(response.IsSuccessStatusCode, $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
        return StrictExposition.Read(await response.Content.ReadAsStringAsync(), isOpenMetrics: accept.Contains("openmetrics", StringComparison.Ordinal));
    }

    /// <summary>Scrapes until all figures are what they must become.</summary>
    internal static async Task<StrictExposition> ScrapeUntilAsync(this HttpClient http, IReadOnlyDictionary<string, double> expected)
    {
        var begin = Stopwatch.GetTimestamp();
        while (true)
        {
            var figures = await http.ScrapeAsync();
            if (expected.All(figure => figures.Find(figure.Key) == figure.Value))
                return figures;

            if (Stopwatch.GetElapsedTime(begin) > Patience.Limit)
                Assert.All(expected, figure => Assert.Equal((figure.Key, figure.Value), (figure.Key, figures.Find(figure.Key))));
        }
    }

    /// <summary>Scrapes until the figure is what it must become: some are added up once a second.</summary>
    internal static async Task<StrictExposition> ScrapeUntilAsync(this HttpClient http, string key, double value)
    {
        var begin = Stopwatch.GetTimestamp();
        while (true)
        {
            var figures = await http.ScrapeAsync();
            if (figures.Find(key) == value)
                return figures;

            Assert.True(Stopwatch.GetElapsedTime(begin) < Patience.Limit, $"{key}: {value} is expected; it is {figures.Find(key)}.");
        }
    }
}
