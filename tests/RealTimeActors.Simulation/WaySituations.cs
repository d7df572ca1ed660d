using RealTimeActors.TestKit.Network;

namespace RealTimeActors.Simulation;

/// <summary>How often the interesting things happened to what goes over plain HTTP.</summary>
internal static class WaySituations
{
    public static void Count(SometimesCounts sometimes, NetworkCounts counts)
    {
        sometimes.Count("http: streams cut inside an event", counts.CutInsideEvent);
        sometimes.Count("http: streams that went on after the last id", counts.StreamsWentOn);
        sometimes.Count("http: poll answers lost", counts.PollAnswersLost);
        sometimes.Count("http: batches fetched again by the same cursor", counts.BatchesFetchedAgain);
        sometimes.Count("http: requests up lost", counts.UpRequestsLost);
        sometimes.Count("http: answers to requests up lost", counts.UpAnswersLost);
        sometimes.Count("http: sessions resumed by what fetches", counts.ResumedByDown);
        sometimes.Count("http: requests that came to another node than their connection's", counts.PassedOn);
        sometimes.Count("http: such requests in vain", counts.PassedOnInVain);
        sometimes.Count("http: streams gathered on the way", counts.Gathered);
    }
}
