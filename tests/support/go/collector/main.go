// The collector of the tests: the parts that the chart's configurations name, and no others.
package main

import (
	"context"
	"os"

	"github.com/open-telemetry/opentelemetry-collector-contrib/connector/spanmetricsconnector"
	"github.com/open-telemetry/opentelemetry-collector-contrib/exporter/loadbalancingexporter"
	"github.com/open-telemetry/opentelemetry-collector-contrib/exporter/prometheusexporter"
	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/tailsamplingprocessor"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/provider/envprovider"
	"go.opentelemetry.io/collector/confmap/provider/fileprovider"
	"go.opentelemetry.io/collector/connector"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/otlpexporter"
	"go.opentelemetry.io/collector/otelcol"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/processor/batchprocessor"
	"go.opentelemetry.io/collector/processor/memorylimiterprocessor"
	"go.opentelemetry.io/collector/receiver"
	"go.opentelemetry.io/collector/receiver/otlpreceiver"
	"go.opentelemetry.io/collector/service/telemetry/otelconftelemetry"
)

func main() {
	command := otelcol.NewCommand(otelcol.CollectorSettings{
		BuildInfo: component.BuildInfo{Command: "otelcol", Version: "0.155.0"},
		Factories: factories,
		ConfigProviderSettings: otelcol.ConfigProviderSettings{
			ResolverSettings: confmap.ResolverSettings{
				ProviderFactories: []confmap.ProviderFactory{
					envprovider.NewFactory(), fileprovider.NewFactory(),
				},
			},
		},
	})
	if command.Execute() != nil {
		os.Exit(1)
	}
}

func factories() (otelcol.Factories, error) {
	return otelcol.Factories{
		Telemetry: otelconftelemetry.NewFactory(),
		Receivers: byType[receiver.Factory](otlpreceiver.NewFactory()),
		Processors: byType[processor.Factory](
			batchprocessor.NewFactory(),
			memorylimiterprocessor.NewFactory(),
			tailsamplingprocessor.NewFactory(),
		),
		Connectors: byType[connector.Factory](spanmetricsconnector.NewFactory()),
		Exporters: byType[exporter.Factory](
			loadBalancing(loadbalancingexporter.NewFactory()), otlpexporter.NewFactory(), prometheusexporter.NewFactory(),
		),
	}, nil
}

// The exporter is older than the rest, and has the name that it had then.
func loadBalancing(old exporter.Factory) exporter.Factory {
	create := func(ctx context.Context, set exporter.Settings, config component.Config) (exporter.Traces, error) {
		set.ID = component.NewIDWithName(old.Type(), set.ID.Name())
		return old.CreateTraces(ctx, set, config)
	}
	return exporter.NewFactory(
		component.MustNewType("load_balancing"), old.CreateDefaultConfig,
		exporter.WithTraces(create, old.TracesStability()),
	)
}

func byType[F component.Factory](made ...F) map[component.Type]F {
	types := map[component.Type]F{}
	for _, each := range made {
		types[each.Type()] = each
	}
	return types
}
