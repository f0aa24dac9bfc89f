/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.integ.node;

import com.carrotsearch.randomizedtesting.annotations.Name;
import com.carrotsearch.randomizedtesting.annotations.ParametersFactory;
import org.opensearch.test.rest.yaml.ClientYamlTestCandidate;
import org.opensearch.test.rest.yaml.OpenSearchClientYamlSuiteTestCase;

/** The suites of {@code rest-api-spec}, run by OpenSearch's own runner against the shared node. */
public class QuantizedVectorYamlIT extends OpenSearchClientYamlSuiteTestCase {

  public QuantizedVectorYamlIT(@Name("yaml") ClientYamlTestCandidate candidate) {
    super(candidate);
  }

  @ParametersFactory
  public static Iterable<Object[]> parameters() throws Exception {
    return createParameters();
  }

  @Override
  protected String getTestRestCluster() {
    return System.getProperty("tests.rest.cluster", SharedNode.get().http().getAuthority());
  }

  /** Bodies go out as JSON: the scores come back as doubles, which the suites compare with. */
  @Override
  protected boolean randomizeContentType() {
    return false;
  }
}
