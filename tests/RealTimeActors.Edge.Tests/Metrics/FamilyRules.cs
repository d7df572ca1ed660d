namespace RealTimeActors.Edge.Tests.Metrics;

/// <summary>What holds for a family as a whole, by its type.</summary>
internal sealed class FamilyRules(ReadFamily family, bool isOpenMetrics)
{
    /// <summary>What the samples of a family are called.</summary>
    internal static string[] Names(ReadFamily family, bool isOpenMetrics) => family.Type switch
    {
        "histogram" => [family.Name + "_bucket", family.Name + "_sum", family.Name + "_count"],
        "counter" when isOpenMetrics => [family.Name + "_total"],
        "info" => [family.Name + "_info"],
        _ => [family.Name],
    };

    internal void Check()
    {
        StrictExposition.Demand(family.Type is not null && family.Samples.Count > 0, "a type and a sample", family.Name);
        StrictExposition.Demand(
            family.Unit is null || family.Name == family.Unit || family.Name.EndsWith("_" + family.Unit, StringComparison.Ordinal), "the unit at the end of the name", family.Name);
        switch (family.Type)
        {
            case "counter":
                // By convention in the older format, by rule in the newer one.
                StrictExposition.Demand(isOpenMetrics || family.Name.EndsWith("_total", StringComparison.Ordinal), "_total at the end of a counter's name", family.Name);
                StrictExposition.Demand(family.Samples.TrueForAll(sample => sample.Value >= 0), "counters not below 0", family.Name);
                break;
            case "histogram":
                foreach (var histogram in family.Samples.GroupBy(sample => string.Join(' ', sample.Labels.Where(label => label.Key != "le"))))
                    CheckHistogram([.. histogram]);

                break;
            case "info":
                StrictExposition.Demand(family.Samples.TrueForAll(sample => sample.Value == 1), "the value 1", family.Name);
                break;
        }
    }

    private void CheckHistogram(List<ReadSample> samples)
    {
        var buckets = samples.Where(sample => sample.Name.EndsWith("_bucket", StringComparison.Ordinal)).ToList();
        var bounds = buckets.ConvertAll(bucket => bucket.Labels.Single(label => label.Key == "le").Value);
        var limits = bounds.ConvertAll(bound => StrictExposition.Number(bound, family.Name));
        StrictExposition.Demand(buckets.Count > 0 && bounds[^1] == "+Inf", "a last bucket with le=\"+Inf\"", family.Name);
        StrictExposition.Demand(limits.Zip(limits.Skip(1)).All(pair => pair.First < pair.Second), "bounds that grow", family.Name);
        StrictExposition.Demand(buckets.Zip(buckets.Skip(1)).All(pair => pair.First.Value <= pair.Second.Value), "counts that do not shrink", family.Name);
        StrictExposition.Demand(!isOpenMetrics || bounds.TrueForAll(bound => bound == "+Inf" || bound.Contains('.', StringComparison.Ordinal) || bound.Contains('e', StringComparison.Ordinal)), "bounds with a fraction", family.Name);
        var count = samples.Single(sample => sample.Name == family.Name + "_count").Value;
        StrictExposition.Demand(count == buckets[^1].Value, "a count that is the last bucket's", family.Name);
        StrictExposition.Demand(samples.Count(sample => sample.Name == family.Name + "_sum") == 1, "one sum", family.Name);
    }
}
