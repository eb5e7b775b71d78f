<?php
/**
 * What the merchant decided, over what the zip brought along.
 *
 * @package Askback_Companion
 */

defined( 'ABSPATH' ) || exit;

/**
 * One option row; empty fields fall back to the constants of askback-config.php.
 */
class Askback_Settings {

	const OPTION = 'askback_companion';

	/**
	 * The stored fields.
	 *
	 * @return array
	 */
	public function stored() {
		$stored = get_option( self::OPTION, array() );
		return is_array( $stored ) ? $stored : array();
	}

	/**
	 * Whether there is anything to do: switched on, and knowing where to and by which secret.
	 *
	 * @return bool
	 */
	public function is_ready() {
		return $this->is_enabled() && '' !== $this->endpoint() && '' !== $this->secret();
	}

	/**
	 * Off until the merchant has read the consent text and switched it on.
	 *
	 * @return bool
	 */
	public function is_enabled() {
		return 'yes' === $this->field( 'enabled', 'no' );
	}

	/**
	 * Where snapshots are sent: the address of Askback's door and the store's key.
	 *
	 * @return string
	 */
	public function endpoint() {
		$base = untrailingslashit( $this->field( 'endpoint', $this->preset( 'ASKBACK_COMPANION_ENDPOINT' ) ) );
		$key  = $this->field( 'key', $this->preset( 'ASKBACK_COMPANION_KEY' ) );
		return '' === $base || '' === $key ? '' : $base . '/' . rawurlencode( $key );
	}

	/**
	 * By which snapshots are signed; never shown.
	 *
	 * @return string
	 */
	public function secret() {
		return $this->field( 'secret', $this->preset( 'ASKBACK_COMPANION_SECRET' ) );
	}

	/**
	 * What the shopper agrees to, beside the box that she ticks.
	 *
	 * @return string
	 */
	public function consent_text() {
		return $this->field( 'consent_text', $this->own_consent_text() );
	}

	/**
	 * Our words, in the shopper's language.
	 *
	 * @return string
	 */
	public function own_consent_text() {
		return __( 'Keep my cart and write to me about it if I do not finish. I can unsubscribe in every message.', 'askback-companion' );
	}

	/**
	 * A field as it was saved, or its default where it was left empty.
	 *
	 * @param string $name     The field.
	 * @param string $fallback What holds without it.
	 * @return string
	 */
	public function field( $name, $fallback = '' ) {
		$stored = $this->stored();
		return isset( $stored[ $name ] ) && '' !== $stored[ $name ] ? (string) $stored[ $name ] : $fallback;
	}

	/**
	 * A constant of askback-config.php.
	 *
	 * @param string $constant Its name.
	 * @return string
	 */
	private function preset( $constant ) {
		return defined( $constant ) ? (string) constant( $constant ) : '';
	}
}
