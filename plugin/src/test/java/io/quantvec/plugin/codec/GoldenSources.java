/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.codec;

import io.quantvec.plugin.source.StrippedSource;
import io.quantvec.plugin.source.VectorForm;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.IndexOutput;
import org.apache.lucene.util.BytesRef;

/**
 * A small index with stripped sources, kept for good: what one version wrote, all later ones read.
 */
final class GoldenSources {

  /** The index as one version of the codec wrote it, below the resources. */
  static final String RESOURCE = "/golden/0/derived-source.zip";

  private static final String[] FORMS = {"NUMBERS", "BARE_NUMBERS", "BASE64"};

  private GoldenSources() {}

  /**
   * Writes the index anew, which is only to be done as long as the format is not released; run as
   * the codec's golden indexes are.
   *
   * @param args the file to write
   */
  public static void main(String[] args) throws IOException {
    try (Directory directory = new ByteBuffersDirectory();
        OutputStream out = Files.newOutputStream(Path.of(args[0]))) {
      write(directory);
      zip(directory, out);
    }
  }

  private static float[] vector(int document, int nested) {
    return new float[] {document + .5f, -nested, 1e-7f * document, 3};
  }

  /** The sources as they must be read: one document in each form, with a nested one and its own. */
  static List<String> expected() {
    List<String> sources = new ArrayList<>();
    for (int i = 0; i < 2 * FORMS.length; i++) {
      VectorForm form = VectorForm.valueOf(FORMS[i % FORMS.length]);
      sources.add(
          "{\"t\":\"\u00e4 "
              + i
              + "\",\"c\":[{\"v\":"
              + form.ofNumbers(vector(i, 1))
              + "}],\"v\": "
              + form.ofNumbers(vector(i, 0))
              + " }");
    }
    return sources;
  }

  private static void write(Directory directory) throws IOException {
    IndexWriterConfig config = new IndexWriterConfig().setCodec(TestCodecs.quantvec());
    try (IndexWriter writer = new IndexWriter(directory, config)) {
      List<String> sources = expected();
      for (int i = 0; i < sources.size(); i++) {
        Document nested = new Document();
        nested.add(new KnnFloatVectorField("c.v", vector(i, 1)));
        Document root = new Document();
        root.add(new KnnFloatVectorField("v", vector(i, 0)));
        root.add(new StoredField("_source", stripped(i, sources.get(i))));
        writer.addDocuments(List.of(nested, root));
      }
    }
  }

  private static BytesRef stripped(int document, String source) throws IOException {
    VectorForm form = VectorForm.valueOf(FORMS[document % FORMS.length]);
    List<StrippedSource.Vector> vectors = new ArrayList<>();
    int end = 0;
    for (int before = 1; before >= 0; before--) {
      String text = form.ofNumbers(vector(document, before));
      int start = source.indexOf(text, end);
      end = start + text.length();
      // Before both vectors is one letter that takes two bytes.
      vectors.add(
          new StrippedSource.Vector(before == 0 ? "v" : "c.v", before, form, start + 1, end + 1));
    }
    return StrippedSource.strip(new BytesRef(source), vectors);
  }

  /** What the index in a zip has as sources. */
  static List<String> read(InputStream zip) throws IOException {
    List<String> sources = new ArrayList<>();
    try (Directory directory = new ByteBuffersDirectory()) {
      unzip(zip, directory);
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        for (byte[] stored : StoredSources.of(reader)) {
          if (!StrippedSource.isStripped(stored)) {
            throw new IOException("not stripped: " + Arrays.toString(stored));
          }
        }
        for (int doc = 0; doc < reader.maxDoc(); doc++) {
          BytesRef source = reader.storedFields().document(doc).getBinaryValue("_source");
          if (source != null) {
            sources.add(
                new String(source.bytes, source.offset, source.length, StandardCharsets.UTF_8));
          }
        }
      }
    }
    return sources;
  }

  private static void zip(Directory directory, OutputStream out) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      for (String file : directory.listAll()) {
        try (IndexInput input = directory.openInput(file, IOContext.DEFAULT)) {
          byte[] bytes = new byte[(int) input.length()];
          input.readBytes(bytes, 0, bytes.length);
          zip.putNextEntry(new ZipEntry(file));
          zip.write(bytes);
          zip.closeEntry();
        }
      }
    }
  }

  private static void unzip(InputStream in, Directory directory) throws IOException {
    try (ZipInputStream zip = new ZipInputStream(in)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        try (IndexOutput output = directory.createOutput(entry.getName(), IOContext.DEFAULT)) {
          byte[] bytes = zip.readAllBytes();
          output.writeBytes(bytes, bytes.length);
        }
      }
    }
  }
}
